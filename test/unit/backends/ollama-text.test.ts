import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsOf } from "../../support/chat-request.ts";
import { meshRequest } from "../../support/mesh-request.ts";
import { lines, OllamaStandIn } from "../../support/ollama-stand-in.ts";
import { RecordingSink } from "../../support/recording-sink.ts";
import { type Reply, status } from "../../support/stand-in-server.ts";

let ollama: OllamaStandIn;
beforeAll(async () => {
  ollama = await OllamaStandIn.start();
});
afterAll(() => ollama.dispose());

const end = { done: true, done_reason: "length", prompt_eval_count: 7, eval_count: 3 };
const line = (answer: object): string => `${JSON.stringify(answer)}\n`;

/** Asks for a text, and tells what the server was sent and what came back. */
async function complete(reply: Reply, extra: Record<string, unknown> = {}) {
  ollama.server.replies.set("POST /api/generate", reply);
  const sink = new RecordingSink();
  const body = JSON.stringify({ model: "demo:latest", prompt: "f(", ...extra });
  const request = { ...meshRequest(body), path: "/v1/completions" as const };
  await ollama.backend().forward(request, sink, new AbortController().signal);
  const sent = ollama.server.received.findLast(({ path }) => path === "/api/generate");
  return { sink, sent: JSON.parse(sent?.body ?? "null") };
}
const whole = status(200, { response: "a, b", ...end });

describe("a text from a stand-in Ollama", () => {
  it("fills a gap by the model's own template", async () => {
    const { sink, sent } = await complete(whole, { suffix: ")", stop: ["\n"], temperature: 0, max_tokens: 9 });
    expect(sent).toEqual({
      model: "demo:latest",
      prompt: "f(",
      suffix: ")",
      stream: false,
      options: { temperature: 0, stop: ["\n"], num_predict: 9 },
      truncate: false,
      shift: false,
    });
    expect(JSON.parse(sink.text)).toMatchObject({
      object: "text_completion",
      model: "demo:latest",
      choices: [{ index: 0, text: "a, b", finish_reason: "length" }],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    });
  });

  it("goes on with a text past the template where there is no gap", async () => {
    const { sent } = await complete(whole, { suffix: "", prompt: ["once"] });
    expect(sent).toMatchObject({ prompt: "once", raw: true, options: { num_predict: 16 } });
    expect(sent).not.toHaveProperty("suffix");
  });

  it("comes piece by piece, with its reason and its counts at the end", async () => {
    const stream = status(200, line({ response: "a, " }) + line({ response: "b" }) + line({ response: "", ...end }), {
      "content-type": lines,
    });
    const { sink } = await complete(stream, { suffix: ")", stream: true, stream_options: { include_usage: true } });
    const chunks = eventsOf(sink.text)
      .slice(0, -1)
      .map((event) => JSON.parse(event));
    expect(chunks.map(({ choices }) => choices[0]?.text ?? "").join("")).toBe("a, b");
    expect(chunks.at(-2).choices).toMatchObject([{ text: "", finish_reason: "length" }]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 10 } });
    expect(eventsOf(sink.text).at(-1)).toBe("[DONE]");
  });

  it("is none when it breaks off, is of another dialect, or goes on behind its end", async () => {
    const cut = status(200, "", { "content-type": lines });
    await expect(complete(cut, { stream: true })).rejects.toMatchObject({ code: "backend_protocol" });
    await expect(complete(status(200, { response: 5 }))).rejects.toMatchObject({ code: "backend_protocol" });
    await expect(complete(status(200, { response: "half" }))).rejects.toMatchObject({ code: "backend_protocol" });
    const behind = status(200, line({ response: "", ...end }) + line({ response: "more" }), { "content-type": lines });
    await expect(complete(behind, { stream: true })).rejects.toMatchObject({ code: "backend_protocol" });
    await expect(complete(status(200, { error: "no" }))).rejects.toMatchObject({ code: "backend_failed" });
  });

  it.each([
    ["logprobs", { logprobs: 2 }, "unsupported_field"],
    ["n", { n: 2 }, "unsupported_field"],
    ["logit_bias", { logit_bias: { 5: 1 } }, "unsupported_field"],
    ["prompt", { prompt: [1, 2] }, "invalid_field"],
    ["echo", { echo: true }, "invalid_field"],
  ])("is refused by name where Ollama has no words for it: %s", async (field, extra, code) => {
    await expect(complete(whole, extra)).rejects.toMatchObject({ code, params: { field } });
  });
});

describe("a model of a stand-in Ollama", () => {
  it("fills gaps where the server says that it can insert", async () => {
    ollama.server.replies.set("POST /api/show", status(200, { capabilities: ["completion", "insert"] }));
    const backend = ollama.backend();
    await backend.refresh(new AbortController().signal);
    expect(backend.models("demo:latest")).toMatchObject([{ capabilities: ["chat", "infill"] }]);
  });
});
