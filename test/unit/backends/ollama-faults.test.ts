import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chatBody } from "../../support/chat-request.ts";
import { meshRequest } from "../../support/mesh-request.ts";
import { ollamaRecordings as recorded } from "../../support/ollama-recordings.ts";
import { lines, OllamaStandIn } from "../../support/ollama-stand-in.ts";
import { RecordingSink } from "../../support/recording-sink.ts";
import { status } from "../../support/stand-in-server.ts";

const never = new AbortController().signal;
let ollama: OllamaStandIn;

beforeEach(async () => {
  ollama = await OllamaStandIn.start();
});
afterEach(() => ollama.dispose());

describe("an answer of a stand-in for a hostile Ollama server", () => {
  const line = (value: object) => `${JSON.stringify(value)}\n`;
  const said = line({ message: { role: "assistant", content: "a" }, done: false });

  it.each([
    ["no JSON", "{", "backend_protocol"],
    ["content of a wrong type", line({ message: { content: 7 } }), "backend_protocol"],
    [
      "calls of a wrong type",
      line({ message: { content: "", tool_calls: [{ function: { name: "f", arguments: "{}" } }] } }),
      "backend_protocol",
    ],
    ["a line without end", "x".repeat(1_100_000), "backend_protocol"],
    ["nothing but an end of the connection", " \n", "backend_protocol"],
    ["something behind its end", line({ message: { content: "" }, done: true }) + said, "backend_protocol"],
    ["an error in the stream", line({ error: "secret words" }), "backend_failed"],
    ["a web page", "<html>", "backend_protocol"],
  ])("is an error when it is %s", async (_what, body, code) => {
    ollama.server.replies.set("POST /api/chat", status(200, body, { "content-type": lines }));
    const sink = new RecordingSink();
    const failed = ollama.backend().forward(meshRequest(chatBody("demo:latest", { stream: true })), sink, never);
    const error = await failed.then(
      () => undefined,
      (reason: Error & { code: string }) => reason,
    );
    expect(error).toMatchObject({ code });
    expect(error?.message).not.toContain("secret words");
    expect(sink.count("end")).toBe(0);
  });

  it("does not look whole when it ends without its last line, and is an error when it breaks off", async () => {
    ollama.server.replies.set("POST /api/chat", status(200, said, { "content-type": lines }));
    const { sink } = await ollama.chat({ stream: true });
    expect(sink.text).not.toContain("[DONE]");
    expect(sink.text).not.toContain('"finish_reason":"');
    ollama.server.replies.set("POST /api/chat", (response) => {
      response.writeHead(200, { "content-type": lines });
      response.write(said, () => response.destroy());
    });
    await expect(ollama.chat({ stream: true })).rejects.toMatchObject({ code: "upstream_disconnected" });
  });

  it("has its refusals in the node's words", async () => {
    ollama.server.replies.set("POST /api/chat", status(400, recorded.tooLong));
    expect(await ollama.refusal({})).toMatchObject({
      code: "backend_rejected",
      message: expect.stringContaining("context length"),
    });
    ollama.server.replies.set("POST /api/chat", status(404, recorded.missing));
    expect(await ollama.refusal({})).toMatchObject({ code: "backend_model_missing" });
    ollama.server.replies.set("POST /api/chat", status(503, { error: "server busy" }));
    expect(await ollama.refusal({})).toMatchObject({ code: "backend_busy" });
  });
});

describe("vectors of a stand-in for an Ollama server", () => {
  const ask = async (body: object) => {
    const sink = new RecordingSink();
    const request = {
      ...meshRequest(JSON.stringify({ model: "demo:latest", ...body })),
      path: "/v1/embeddings" as const,
    };
    await ollama.backend().forward(request, sink, never);
    return JSON.parse(sink.text);
  };

  it("are one for each text, as numbers or in base64, and no text is cut for them", async () => {
    ollama.server.replies.set(
      "POST /api/embed",
      status(200, {
        embeddings: [
          [0.5, -1],
          [2, 0],
        ],
        prompt_eval_count: 4,
      }),
    );
    expect(await ask({ input: ["a", "b"], dimensions: 2 })).toMatchObject({
      data: [
        { index: 0, embedding: [0.5, -1] },
        { index: 1, embedding: [2, 0] },
      ],
      usage: { prompt_tokens: 4, total_tokens: 4 },
    });
    expect(JSON.parse(ollama.server.received.at(-1)?.body ?? "")).toEqual({
      model: "demo:latest",
      input: ["a", "b"],
      truncate: false,
      dimensions: 2,
    });
    const { data } = await ask({ input: ["a", "b"], encoding_format: "base64" });
    const bytes = Buffer.from(data[0].embedding, "base64");
    expect([bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([0.5, -1]);
  });

  it("are an error when there are too few, and refused for tokens", async () => {
    ollama.server.replies.set("POST /api/embed", status(200, { embeddings: [] }));
    await expect(ask({ input: "a" })).rejects.toMatchObject({ code: "backend_protocol" });
    await expect(ask({ input: [1, 2] })).rejects.toMatchObject({
      code: "unsupported_field",
      params: { field: "input" },
    });
  });
});
