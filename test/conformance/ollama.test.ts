import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { chatBody, eventsOf } from "../support/chat-request.ts";
import { matchesSchema } from "../support/matches-schema.ts";
import { meshRequest } from "../support/mesh-request.ts";
import { RecordingSink } from "../support/recording-sink.ts";
import { ServersUnderTest } from "../support/server-under-test.ts";
import { TestNode } from "../support/test-node.ts";
import { describeBackend } from "./backend.ts";

// The server is a node of ours that speaks Ollama's API, with a real engine: two translations lie behind each answer.
const servers = new ServersUnderTest();
const never = new AbortController().signal;
let node: TestNode;
let urls: { readonly gateway: string; readonly keyless: string };

beforeAll(async () => {
  const configuration = "node: { lingerSeconds: 1 }\ngateway: { port: 0, keyless: { port: 0 } }\n";
  node = await TestNode.create({ configuration, models: [inject("models").tiny] });
  await node.attach();
  const { gateway } = await node.status();
  urls = { gateway: gateway.url, keyless: gateway.keyless?.url ?? "" };
});
afterAll(async () => {
  await servers.resources.dispose();
  await node.dispose();
});

describe.each(["gateway", "keyless"] as const)("ollama at a real node's %s listener", (listener) => {
  const backend = () =>
    servers.create(
      { url: `${urls[listener]}/api/`, id: listener },
      listener === "gateway" ? { kind: "ollama", key: node.key } : { kind: "ollama" },
    );

  describeBackend(() => ({
    backend: backend(),
    model: "tiny",
    openRequests: async () => (await node.status()).openRequests,
  }));

  it("is found well by each level of probe", async () => {
    for (const level of ["port", "models", "generate"] as const) {
      expect(await backend().probe(level, never)).toMatchObject({ isLoading: false });
    }
  });
});

describe("ollama at a real node", () => {
  const server = () => servers.create({ url: urls.keyless, id: "ollama" }, { kind: "ollama" });

  async function ask(extra: Record<string, unknown>): Promise<RecordingSink> {
    const sink = new RecordingSink();
    await server().forward(meshRequest(chatBody("tiny", extra)), sink, never);
    return sink;
  }

  it("learns what a model is, what it can do and how far it reads", async () => {
    const backend = server();
    await backend.refresh(never);
    expect(backend.models("tiny")).toMatchObject([
      {
        artifact: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        capabilities: expect.arrayContaining(["chat"]),
        contextTokens: expect.any(Number),
      },
    ]);
  });

  it("says the same whole and in a stream, whose last chunks say why it ended and what it cost", async () => {
    const whole = JSON.parse((await ask({ max_tokens: 20 })).text);
    const { text } = await ask({ max_tokens: 20, stream: true, stream_options: { include_usage: true } });
    const chunks = eventsOf(text)
      .slice(0, -1)
      .map((event) => JSON.parse(event));
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe(
      whole.choices[0].message.content,
    );
    expect(chunks.at(-2).choices).toMatchObject([{ finish_reason: "length" }]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
  });

  it("gives an answer that keeps to a JSON schema", async () => {
    const schema = {
      type: "object",
      properties: { city: { type: "string", maxLength: 10 }, country: { enum: ["DE", "FR"] } },
      required: ["city", "country"],
    };
    const format = { type: "json_schema", json_schema: { name: "place", schema } };
    const { choices } = JSON.parse((await ask({ max_tokens: 200, response_format: format })).text);
    expect(matchesSchema(JSON.parse(choices[0].message.content), schema)).toBe(true);
  });

  it("takes tools, calls and their results there and back", async () => {
    const call = { id: "call_1", type: "function", function: { name: "look", arguments: '{"at":"sky"}' } };
    const messages = [
      { role: "user", content: "look" },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "call_1", content: "blue" },
    ];
    const parameters = { type: "object", properties: { at: { type: "string" } } };
    const tools = [{ type: "function", function: { name: "look", parameters } }];
    const { usage } = JSON.parse((await ask({ messages, tools })).text);
    const bare = JSON.parse((await ask({ messages: messages.slice(0, 1) })).text);
    expect(usage.prompt_tokens).toBeGreaterThan(bare.usage.prompt_tokens);
  });

  it("passes on that the engine there takes no images", async () => {
    const url = "data:image/png;base64,iVBORw0KGgo=";
    const content = [{ type: "image_url", image_url: { url } }];
    await expect(ask({ messages: [{ role: "user", content }] })).rejects.toMatchObject({
      params: { message: expect.stringMatching(/images/) },
    });
  });

  it("refuses what Ollama has no words for by its name, before anything is sent", async () => {
    await expect(ask({ tool_choice: "required", tools: [] })).rejects.toMatchObject({
      code: "unsupported_field",
      params: { field: "tool_choice" },
    });
    expect((await node.status()).openRequests).toBe(0);
  });

  it("is refused with both counts when a prompt does not fit there", async () => {
    const messages = [{ role: "user", content: "word ".repeat(40_000) }];
    await expect(ask({ messages })).rejects.toMatchObject({
      params: { status: 400, message: expect.stringMatching(/\d+ tokens.*context of \d+/) },
    });
  });
});

// A real Ollama, where there is one: `<address> <model>`, a model that never ends by itself.
const [liveUrl = "", liveModel = ""] = process.env.INFERENCE_MESH_TEST_OLLAMA?.split(" ") ?? [];

describe.runIf(liveUrl !== "")("ollama at a real Ollama server", () => {
  const backend = () => servers.create({ url: liveUrl, id: "ollama" }, { kind: "ollama" });
  describeBackend(() => ({ backend: backend(), model: liveModel, openRequests: async () => 0 }));

  it("refuses a prompt that does not fit, instead of cutting it", async () => {
    const messages = [{ role: "user", content: "word ".repeat(200_000) }];
    const asked = backend().forward(meshRequest(chatBody(liveModel, { messages })), new RecordingSink(), never);
    await expect(asked).rejects.toMatchObject({
      code: "backend_rejected",
      params: { status: 400, message: expect.stringContaining("context length") },
    });
  });
});
