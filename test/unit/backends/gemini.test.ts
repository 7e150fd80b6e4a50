import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chatBody, eventsOf } from "../../support/chat-request.ts";
import { documented, eventStream, GeminiStandIn, model, streamPath, wholePath } from "../../support/gemini-stand-in.ts";
import { meshRequest } from "../../support/mesh-request.ts";
import { RecordingSink } from "../../support/recording-sink.ts";
import { status } from "../../support/stand-in-server.ts";

const never = new AbortController().signal;
let gemini: GeminiStandIn;

beforeEach(async () => {
  gemini = await GeminiStandIn.start();
});
afterEach(() => gemini.dispose());

/** The chunks of a streamed chat, without `[DONE]`, which must be last. */
async function chunks(extra: Record<string, unknown> = {}) {
  const { sink } = await gemini.chat({ stream: true, ...extra });
  const events = eventsOf(sink.text);
  expect(events.pop()).toBe("[DONE]");
  return events.map((event) => JSON.parse(event));
}
const said = (parts: readonly object[], more: object = {}) => ({ candidates: [{ content: { parts }, ...more }] });
const stop = { finishReason: "STOP" };

describe("the models of a stand-in of the Gemini API", () => {
  it.each(["", "/v1beta", "/v1beta/models", "/v1beta/openai/"])(
    "are read from all pages, at an address with '%s'",
    async (path) => {
      const backend = gemini.backend({ url: `${gemini.server.url}${path}` });
      await backend.refresh(never);
      expect(backend.models()).toMatchObject([
        {
          id: model,
          displayName: "Gemini 3 Flash Preview",
          contextTokens: 1_048_576,
          capabilities: ["chat", "tools", "vision", "reasoning"],
        },
        { id: "gemini-embedding-001", contextTokens: 2048, capabilities: ["embeddings"] },
        { id: "gemma-4-31b-it", capabilities: null },
      ]);
      expect(backend.paths).toEqual(["/v1/chat/completions", "/v1/embeddings"]);
    },
  );

  it.each([
    ["a web page", "<html>", { "content-type": "text/html" }],
    ["no JSON", "{", {}],
    ["no list", { models: "all" }, {}],
  ])("are an error where the list is %s", async (_what, body, headers) => {
    gemini.server.replies.set("GET /v1beta/models?pageSize=1000", status(200, body, headers as Record<string, string>));
    await expect(gemini.backend().refresh(never)).rejects.toMatchObject({ code: "backend_protocol" });
  });

  it("are not to be had with a wrong key, which Google says with status 400", async () => {
    gemini.server.replies.set("GET /v1beta/models?pageSize=1000", status(400, documented.wrongKey));
    await expect(gemini.backend().refresh(never)).rejects.toMatchObject({ code: "backend_credentials" });
  });
});

describe("an answer of a stand-in of the Gemini API", () => {
  it("is one completion of OpenAI's, with thoughts among the counted tokens", async () => {
    expect(JSON.parse((await gemini.chat({})).sink.text)).toMatchObject({
      object: "chat.completion",
      model,
      choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
      usage: {
        prompt_tokens: 4,
        completion_tokens: 21,
        total_tokens: 25,
        prompt_tokens_details: { cached_tokens: 3 },
        completion_tokens_details: { reasoning_tokens: 20 },
      },
    });
  });

  it("is streamed piece by piece, and ends with why, what it cost and [DONE]", async () => {
    const all = await chunks({ stream_options: { include_usage: true } });
    expect(all.map(({ choices }) => choices[0]?.delta.content)).toEqual(["Hel", "Hello", undefined, undefined]);
    expect(all.at(-2).choices[0].finish_reason).toBe("stop");
    expect(all.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 4 } });
    expect((await chunks()).at(-1).usage).toBeUndefined();
  });

  it("has thoughts, text, parallel calls and signatures each in its place, streamed as in one piece", async () => {
    const parts = [
      { text: "hm", thought: true },
      { text: "so" },
      { functionCall: { id: "own", name: "f", args: { b: 1, a: "ö" } }, thoughtSignature: "cw==" },
      { functionCall: { name: "g" } },
      { text: "", thoughtSignature: "dA==" },
    ];
    gemini.server.replies.set(wholePath, status(200, said(parts, stop)));
    const [choice] = JSON.parse((await gemini.chat({})).sink.text).choices;
    const signed = (signature: string) => ({ google: { thought_signature: signature } });
    const calls = [
      {
        id: "own",
        type: "function",
        function: { name: "f", arguments: '{"b":1,"a":"ö"}' },
        extra_content: signed("cw=="),
      },
      { id: expect.stringMatching(/^call_/), type: "function", function: { name: "g", arguments: "{}" } },
    ];
    const message = { role: "assistant", content: "so", reasoning_content: "hm", extra_content: signed("dA==") };
    expect(choice).toMatchObject({ message: { ...message, tool_calls: calls }, finish_reason: "tool_calls" });
    gemini.server.replies.set(streamPath, eventStream(...parts.map((part) => said([part])), said([], stop)));
    const deltas = (await chunks()).map(({ choices }) => choices[0].delta);
    expect(deltas.flatMap(({ tool_calls = [] }) => tool_calls)).toMatchObject([
      { index: 0, ...calls[0] },
      { index: 1, ...calls[1] },
    ]);
    expect(deltas.map((delta) => delta.content ?? "").join("")).toBe("so");
    expect(deltas.map((delta) => delta.reasoning_content ?? "").join("")).toBe("hm");
    expect(deltas.find((delta) => delta.extra_content)?.extra_content).toEqual(signed("dA=="));
  });

  it("may be several, each with its own end", async () => {
    const candidates = [
      { index: 1, content: { parts: [{ text: "b" }] }, finishReason: "MAX_TOKENS" },
      { content: { parts: [{ text: "a" }] }, finishReason: "STOP" },
    ];
    gemini.server.replies.set(wholePath, status(200, { candidates }));
    const { choices } = JSON.parse((await gemini.chat({ n: 2 })).sink.text);
    expect(choices).toMatchObject([
      { index: 0, message: { content: "a" }, finish_reason: "stop" },
      { index: 1, message: { content: "b" }, finish_reason: "length" },
    ]);
  });

  it.each([
    ["the answer", { candidates: [{ finishReason: "SAFETY", index: 0 }] }],
    ["the prompt", { promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata: { promptTokenCount: 3 } }],
  ])("says that a filter has kept %s back", async (_what, answer) => {
    gemini.server.replies.set(wholePath, status(200, answer));
    expect(JSON.parse((await gemini.chat({})).sink.text).choices).toMatchObject([{ finish_reason: "content_filter" }]);
    gemini.server.replies.set(streamPath, eventStream(answer));
    expect((await chunks()).at(-1).choices).toMatchObject([{ finish_reason: "content_filter" }]);
  });

  it("is the same wherever its stream is cut", async () => {
    const text = [said([{ text: "Hö" }]), said([{ text: "llo" }], stop)];
    const bytes = Buffer.from(text.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join(""));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 6 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        gemini.server.replies.set(streamPath, (response) => {
          response.writeHead(200, { "content-type": "text/event-stream" });
          for (const [index, start] of at.slice(0, -1).entries()) response.write(bytes.subarray(start, at[index + 1]));
          response.end();
        });
        expect((await chunks()).map(({ choices }) => choices[0].delta.content ?? "").join("")).toBe("Höllo");
      }),
      { numRuns: 20 },
    );
  });
});

describe("a refusal of a stand-in of the Gemini API", () => {
  it.each([
    ["a wrong key", 400, documented.wrongKey, { code: "backend_credentials" }],
    ["a quota, with when to come back", 429, documented.exhausted, { code: "backend_busy", retryAfterSeconds: 38 }],
    [
      "the same in a list, as streams have it",
      429,
      [documented.exhausted],
      { code: "backend_busy", retryAfterSeconds: 38 },
    ],
    [
      "a field",
      400,
      { error: { code: 400, message: "bad field", status: "INVALID_ARGUMENT" } },
      { code: "backend_rejected", message: "bad field" },
    ],
    [
      "a model",
      404,
      { error: { code: 404, message: "models/x is not found", status: "NOT_FOUND" } },
      { code: "backend_model_missing" },
    ],
    [
      "overload",
      503,
      { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } },
      { code: "backend_busy" },
    ],
  ])("of %s is told in the node's words, whole and streamed", async (_what, code, body, expected) => {
    for (const path of [wholePath, streamPath]) gemini.server.replies.set(path, status(code, body));
    for (const stream of [false, true]) expect(await gemini.refusal({ stream })).toMatchObject(expected);
  });

  it.each([
    ["an error amid it", said([{ text: "a" }]), { error: { code: 503, message: "secret words" } }, "backend_busy"],
    ["an error of a wrong type amid it", said([{ text: "a" }]), { error: "secret words" }, "backend_failed"],
    ["text of a wrong type", said([{ text: 7 }]), {}, "backend_protocol"],
    ["a picture that nobody asked for", said([{ inlineData: { data: "x" } }]), {}, "backend_protocol"],
    ["a call that is none", said([], { finishReason: "MALFORMED_FUNCTION_CALL" }), {}, "backend_protocol"],
    ["an event without end", { x: "x".repeat(1_100_000) }, {}, "upstream_disconnected"],
    ["no candidate at all", {}, {}, "backend_protocol"],
  ])("is made of a stream with %s", async (_what, first, second, code) => {
    gemini.server.replies.set(streamPath, eventStream(first, second));
    const sink = new RecordingSink();
    const asked = gemini.backend().forward(meshRequest(chatBody(model, { stream: true })), sink, never);
    const error = await asked.catch((reason: Error) => reason);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain("secret words");
    expect(sink.count("end")).toBe(0);
  });

  it.each([
    ["a web page", "<html>"],
    ["no JSON", "nothing"],
    ["half an answer", JSON.stringify(said([{ text: "a" }]))],
    ["a list of the wrong kind", "[]"],
  ])("is made of %s in one piece", async (_what, body) => {
    gemini.server.replies.set(wholePath, status(200, body));
    expect(await gemini.refusal({})).toMatchObject({ code: "backend_protocol" });
  });

  it("does not look whole when its stream just ends", async () => {
    gemini.server.replies.set(streamPath, eventStream(said([{ text: "a" }])));
    const { sink } = await gemini.chat({ stream: true });
    expect(sink.text).not.toContain("[DONE]");
    expect(sink.text).not.toContain('"finish_reason":"');
  });
});

describe("vectors of a stand-in of the Gemini API", () => {
  const path = "POST /v1beta/models/gemini-embedding-001:batchEmbedContents";
  const ask = async (body: object) => {
    const sink = new RecordingSink();
    const request = meshRequest(JSON.stringify({ model: "gemini-embedding-001", ...body }));
    await gemini.backend().forward({ ...request, path: "/v1/embeddings" }, sink, never);
    return JSON.parse(sink.text);
  };

  it("are one for each text, asked for in one call", async () => {
    gemini.server.replies.set(path, status(200, { embeddings: [{ values: [1, 0.5] }, { values: [0, 2] }] }));
    const { data } = await ask({ input: ["a", "b"], dimensions: 2 });
    expect(data).toMatchObject([
      { index: 0, embedding: [1, 0.5] },
      { index: 1, embedding: [0, 2] },
    ]);
    const of = (text: string) => ({
      model: "models/gemini-embedding-001",
      content: { parts: [{ text }] },
      outputDimensionality: 2,
    });
    expect(JSON.parse(gemini.server.received.at(-1)?.body ?? "")).toEqual({ requests: [of("a"), of("b")] });
  });

  it("are an error when they are fewer, and refused for tokens and for more texts than go into a call", async () => {
    gemini.server.replies.set(path, status(200, { embeddings: [] }));
    await expect(ask({ input: "a" })).rejects.toMatchObject({ code: "backend_protocol" });
    for (const input of [[1, 2], Array.from({ length: 101 }, () => "a")]) {
      await expect(ask({ input })).rejects.toMatchObject({ code: "unsupported_field", params: { field: "input" } });
    }
  });
});
