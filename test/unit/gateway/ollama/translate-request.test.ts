import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { chatRequestSchema as ollamaChatSchema } from "../../../../contract/ollama/chat.ts";
import { optionsSchema } from "../../../../contract/ollama/options.ts";
import { chatRequestSchema } from "../../../../contract/openai/chat.ts";
import type { ModelAwareRoute, ModelView } from "../../../../sidecar/gateway/dialects/dialect.ts";
import { ollamaChat } from "../../../../sidecar/gateway/dialects/ollama/chat-route.ts";
import { ollamaGenerate } from "../../../../sidecar/gateway/dialects/ollama/generate-route.ts";
import { FakeBackend } from "../../../support/fake-backend.ts";
import { RecordingSink } from "../../../support/recording-sink.ts";

const models: ModelView = {
  backends: [new FakeBackend({ models: ["m", "tagged:latest"], contextTokens: 4096 })],
  names: async () => ["fast", "m", "tagged:latest"],
};
const user = (content: string) => ({ role: "user", content });
const png = "iVBORw0KGgoAAAANSUhEUg==";

async function translate(request: object, route: ModelAwareRoute = ollamaChat) {
  const { path, body } = await route.translate(Buffer.from(JSON.stringify(request)), models);
  expect(path).toBe("/v1/chat/completions");
  return JSON.parse(body.toString("utf8"));
}
const chat = (fields: object) => translate({ model: "m", messages: [user("hi")], ...fields });
const generate = (fields: object) => translate({ model: "m", prompt: "hi", ...fields }, ollamaGenerate);
/** The field that a request is refused for. */
async function refusedField(translated: Promise<unknown>): Promise<unknown> {
  const error = await translated.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MeshError);
  expect((error as MeshError).httpStatus).toBe(400);
  return (error as MeshError<"invalid_field">).params.field;
}

describe("a request in Ollama's dialect", () => {
  it("is streamed with its token counts, unless it says otherwise", async () => {
    expect(await chat({})).toEqual({
      model: "m",
      stream: true,
      stream_options: { include_usage: true },
      messages: [user("hi")],
    });
    expect(await chat({ stream: false })).toEqual({ model: "m", stream: false, messages: [user("hi")] });
  });

  it("asks for the options under OpenAI's names", async () => {
    const alike = {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      min_p: 0.1,
      seed: 7,
      repeat_penalty: 1.1,
      repeat_last_n: 64,
      presence_penalty: 0.2,
      frequency_penalty: 0.3,
    };
    const translated = await chat({ options: { ...alike, stop: ["a"], num_predict: 9, num_ctx: 4096, mirostat: 0 } });
    expect(translated).toMatchObject({ ...alike, stop: ["a"], max_tokens: 9 });
    expect(translated).not.toHaveProperty("num_ctx");
    expect(await chat({ options: { num_predict: -1, stop: [] } })).toEqual(await chat({}));
  });

  it("may name the model with or without ':latest'", async () => {
    for (const [asked, model] of [
      ["m", "m"],
      ["m:latest", "m"],
      ["fast:latest", "fast"],
      ["tagged", "tagged:latest"],
      ["tagged:latest", "tagged:latest"],
      ["auto:latest", "auto"],
      ["other:7b", "other:7b"],
    ]) {
      expect((await chat({ model: asked })).model).toBe(model);
    }
  });

  it("asks for JSON, a schema and thinking", async () => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    expect((await chat({ format: "json" })).response_format).toEqual({ type: "json_object" });
    expect((await chat({ format: schema })).response_format.json_schema).toMatchObject({ schema, strict: true });
    expect(await chat({ format: "" })).not.toHaveProperty("response_format");
    expect((await chat({ think: false })).reasoning_effort).toBe("none");
    expect((await chat({ think: true })).reasoning_effort).toBe("medium");
    expect((await chat({ think: "high" })).reasoning_effort).toBe("high");
    expect(await chat({})).not.toHaveProperty("reasoning_effort");
  });

  it("carries images with their type", async () => {
    const parts = [
      { type: "text", text: "hi" },
      { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } },
    ];
    expect((await chat({ messages: [{ ...user("hi"), images: [png] }] })).messages[0].content).toEqual(parts);
    expect((await generate({ images: [png] })).messages[0].content).toEqual(parts);
  });

  it("gives each result to the call that it answers", async () => {
    const call = (name: string) => ({ function: { name, arguments: { of: name } } });
    const { messages } = await chat({
      messages: [
        user("hi"),
        { role: "assistant", content: "", tool_calls: [call("a"), call("b"), call("a")] },
        { role: "tool", content: "b", tool_name: "b" },
        { role: "tool", content: "a1", tool_name: "a" },
        { role: "tool", content: "a2" },
      ],
    });
    const called: { id: string; function: { name: string; arguments: string } }[] = messages[1].tool_calls;
    expect(called.map((each) => each.function)).toEqual(
      ["a", "b", "a"].map((name) => ({ name, arguments: JSON.stringify({ of: name }) })),
    );
    const [first, second, third] = called.map(({ id }) => id);
    expect(messages.slice(2).map((each: { tool_call_id: string }) => each.tool_call_id)).toEqual([
      second,
      first,
      third,
    ]);
  });

  it("of one prompt is a conversation of one question", async () => {
    expect((await generate({ system: "Be brief." })).messages).toEqual([
      { role: "system", content: "Be brief." },
      user("hi"),
    ]);
  });

  it("leaves aside what is sent by habit and changes nothing", async () => {
    const habits = { keep_alive: "5m", options: { tfs_z: 1, typical_p: 1 }, truncate: false };
    expect(await chat({ ...habits, tools: [] })).toEqual(await chat({}));
    expect(await generate({ ...habits, raw: false, suffix: "", template: "", context: [] })).toEqual(
      await generate({}),
    );
  });

  it.each([
    ["options.num_ctx", { options: { num_ctx: 4097 } }],
    ["options.num_gpu", { options: { num_gpu: 1 } }],
    ["options.mirostat", { options: { mirostat: 2 } }],
    ["options.num_predict", { options: { num_predict: 0 } }],
    ["options.temperature", { options: { temperature: "hot" } }],
    ["keep_alive", { keep_alive: "soon" }],
    ["format", { format: "yaml" }],
    ["logprobs", { logprobs: true }],
    ["truncate", { truncate: true }],
    ["keep_alive", { messages: [], keep_alive: "0s" }],
    ["messages[0].role", { messages: [{ role: "boss", content: "" }] }],
    ["messages[0].mood", { messages: [{ ...user("hi"), mood: "good" }] }],
    ["messages[0].images[0]", { messages: [{ ...user("hi"), images: ["AAAA"] }] }],
    ["messages[0].images", { messages: [{ role: "system", content: "", images: [png] }] }],
    ["messages[0].tool_name", { messages: [{ role: "tool", content: "1", tool_name: "a" }] }],
  ])("is refused by name for %s", async (field, fields) => {
    expect(await refusedField(chat(fields))).toBe(field);
  });

  it.each([
    ["raw", { raw: true }],
    ["suffix", { suffix: "}" }],
    ["template", { template: "{{ .Prompt }}" }],
    ["context", { context: [1] }],
    ["prompt", { prompt: "", images: [png] }],
    ["prompt", { prompt: "", system: "Be brief." }],
    ["keep_alive", { prompt: "", keep_alive: 0 }],
    ["images[0]", { images: ["AAAA"] }],
  ])("to generate is refused by name for %s", async (field, fields) => {
    expect(await refusedField(generate(fields))).toBe(field);
  });

  it.each([
    ["chat", { model: "m", messages: [] }, ollamaChat, { message: { role: "assistant", content: "" } }],
    ["generate", { model: "m" }, ollamaGenerate, { response: "" }],
    ["generate", { model: "m", prompt: "", keep_alive: "5m" }, ollamaGenerate, { response: "" }],
  ])("to %s without a question has the model loaded: %j", async (_name, request, route, said) => {
    const { body, wrap } = await route.translate(Buffer.from(JSON.stringify(request)), models);
    expect(JSON.parse(body.toString("utf8"))).toMatchObject({ model: "m", max_tokens: 1, stream: false });
    const client = new RecordingSink();
    const sink = wrap(client);
    sink.begin({ status: 200, contentType: "application/json" });
    sink.write(Buffer.from('{"model":"m","choices":[{"message":{"content":"Hello"},"finish_reason":"length"}]}'));
    sink.end();
    expect(JSON.parse(client.text)).toMatchObject({ model: "m", ...said, done: true, done_reason: "load" });
    expect(client.text).not.toContain("Hello");
  });

  it("that is no JSON is refused without its words", async () => {
    const error = await Promise.resolve()
      .then(() => ollamaChat.translate(Buffer.from('{"secret'), models))
      .catch((reason: unknown) => reason);
    expect((error as MeshError).code).toBe("malformed_json");
    expect(JSON.stringify((error as MeshError).toWire())).not.toContain("secret");
  });

  it("keeps the order, roles and words of any conversation, in a form that OpenAI's schema takes (property)", async () => {
    const said = fc.record({ role: fc.constantFrom("system", "user", "assistant"), content: fc.string() });
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 20 }), async (messages) => {
        const translated = await chat({ messages });
        expect(translated.messages).toEqual(messages);
        expect(chatRequestSchema.safeParse(translated).success).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("never loses a field: each is translated, or refused by its name (property)", async () => {
    const known = new Set([...Object.keys(ollamaChatSchema.shape), ...Object.keys(optionsSchema.shape)]);
    const field = fc.string({ minLength: 1 }).filter((name) => name !== "__proto__" && !known.has(name));
    await fc.assert(
      fc.asyncProperty(field, fc.jsonValue(), async (name, value) => {
        expect(await refusedField(chat({ [name]: value }))).toBe(name);
        expect(await refusedField(chat({ options: { [name]: value } }))).toBe(`options.${name}`);
      }),
      { numRuns: 60 },
    );
  });
});
