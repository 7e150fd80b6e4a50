import { EventEmitter, once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { makeRandomModel } from "../../sidecar/demo-model/make-random-model.ts";
import { call, eventsOf, post } from "../support/chat-request.ts";
import { createRoutedNode, isIdle, untilListed } from "../support/routed-node.ts";
import { finish, TestNode } from "../support/test-node.ts";

// Our own gateway speaks the Messages API before a real engine: a node that has it as an Anthropic backend is real on both sides.
const callingTemplate =
  "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}{% if m.tool_calls %}{{ m.tool_calls | tojson }}{% endif %}<|im_end|>\n{% endfor %}{% if tools %}{{ tools | tojson }}{% endif %}<|im_start|>assistant\n";
let upstream: TestNode;
let node: TestNode;
let client: Anthropic;

beforeAll(async () => {
  upstream = await TestNode.create({ models: [inject("models").tiny] });
  // Another node's model is only asked to call where its template says that it can.
  const caller = makeRandomModel({ name: "caller", chatTemplate: callingTemplate });
  await writeFile(join(upstream.folders.models, "caller.gguf"), caller);
  await upstream.attach();
  node = await createRoutedNode({ backends: [] });
  await node.attach();
  const { url } = (await upstream.status()).gateway;
  const adding = node.spawnCli(["backends", "add", "claude", url, "--kind", "anthropic", "--key-stdin"]);
  adding.stdin?.end(`${upstream.key}\n`);
  expect(await finish(adding)).toMatchObject({ code: 0, stderr: expect.stringContaining("streamed an answer") });
  await untilListed(node, ["tiny", "caller"]);
  client = new Anthropic({ baseURL: (await node.status()).gateway.url, apiKey: node.key, maxRetries: 0 });
});
afterAll(async () => {
  await node.dispose();
  await upstream.dispose();
});

const chat = { model: "tiny", messages: [{ role: "user", content: "hello" }], max_tokens: 12, temperature: 0 };
const tool = {
  type: "function",
  function: {
    name: "look",
    parameters: {
      type: "object",
      properties: { at: { enum: ["a", "b"] } },
      required: ["at"],
      additionalProperties: false,
    },
  },
};
const schema = {
  type: "object",
  properties: { ok: { type: "boolean" } },
  required: ["ok"],
  additionalProperties: false,
};

describe("OpenAI's dialect before Anthropic's before a real engine", () => {
  /** The same question to the node that has the engine. */
  const direct = async (fields: object) => (await post(upstream, JSON.stringify({ ...chat, ...fields }))).json;

  it("answers with the same words and counts, whole and streamed", async () => {
    const expected = await direct({});
    const { json } = await post(node, JSON.stringify(chat));
    expect(json.choices[0].message.content).toBe(expected.choices[0].message.content);
    expect(json.choices[0].finish_reason).toBe("length");
    expect(json.usage).toMatchObject({ prompt_tokens: expected.usage.prompt_tokens, completion_tokens: 12 });
    const streaming = { ...chat, stream: true, stream_options: { include_usage: true } };
    const { text } = await post(node, JSON.stringify(streaming));
    const chunks = eventsOf(text)
      .slice(0, -1)
      .map((data) => JSON.parse(data));
    const words = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
    expect(words).toBe(expected.choices[0].message.content);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 12 } });
  });

  it("calls a function, and reads what it has answered", async () => {
    const calling = {
      model: "caller",
      tools: [tool],
      tool_choice: "required",
      parallel_tool_calls: false,
      max_tokens: 200,
    };
    const { json } = await post(node, JSON.stringify({ ...chat, ...calling }));
    const [choice] = json.choices;
    expect(choice.finish_reason).toBe("tool_calls");
    const [made] = choice.message.tool_calls;
    expect(made.function.name).toBe("look");
    expect(["a", "b"]).toContain(JSON.parse(made.function.arguments).at);
    const messages = [...chat.messages, choice.message, { role: "tool", tool_call_id: made.id, content: "nothing" }];
    const next = await post(node, JSON.stringify({ ...chat, model: "caller", messages, tools: [tool] }));
    expect(next.status).toBe(200);
  });

  it("is held to a schema", async () => {
    const response_format = { type: "json_schema", json_schema: { name: "a", schema } };
    const { json } = await post(node, JSON.stringify({ ...chat, response_format, max_tokens: 60 }));
    expect(typeof JSON.parse(json.choices[0].message.content).ok).toBe("boolean");
  });

  it("leaves, and both nodes are idle", async () => {
    const abort = new AbortController();
    const { gateway } = await node.status();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${node.key}`, "content-type": "application/json" },
      body: JSON.stringify({ ...chat, max_tokens: 1500, stream: true }),
      signal: abort.signal,
    });
    await response.body?.getReader().read();
    abort.abort();
    expect(await isIdle(node)).toBe(true);
    expect(await isIdle(upstream)).toBe(true);
  });
});

describe("Anthropic's dialect through both before a real engine", () => {
  const request = {
    model: "tiny",
    max_tokens: 12,
    temperature: 0,
    messages: [{ role: "user" as const, content: "hello" }],
  };

  it("answers as the node that has the engine, whole and streamed", async () => {
    const body = JSON.stringify(request);
    const expected = await call(upstream, "/v1/messages", { method: "POST", body });
    const message = await client.messages.create(request);
    expect(message.content).toEqual(expected.json.content);
    const streamed = await client.messages.stream(request).finalMessage();
    expect(streamed.content).toEqual(expected.json.content);
    expect(streamed.usage.output_tokens).toBe(12);
  });

  it("counts a prompt there", async () => {
    const { messages, model } = request;
    const { input_tokens: count } = await client.messages.countTokens({ model, messages });
    const { usage } = await client.messages.create(request);
    expect(usage.input_tokens + (usage.cache_read_input_tokens ?? 0)).toBe(count);
  });

  it("leaves, and both nodes are idle", async () => {
    const reader = new EventEmitter();
    const stream = client.messages.stream({ ...request, max_tokens: 1500 }).on("text", () => reader.emit("text"));
    await once(reader, "text");
    stream.abort();
    await stream.done().catch(() => undefined);
    expect(await isIdle(node)).toBe(true);
    expect(await isIdle(upstream)).toBe(true);
  });
});
