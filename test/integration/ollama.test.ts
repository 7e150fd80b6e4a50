import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createServer } from "node:net";
import { type ChatResponse, type Message, Ollama, type Tool } from "ollama";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import * as z from "zod";
import { eventually, TestNode } from "../support/test-node.ts";

let node: TestNode;
let url: string;
/** Where no key is asked for. */
let keylessUrl: string;
let client: Ollama;

beforeAll(async () => {
  const configuration = "node: { lingerSeconds: 1 }\ngateway: { port: 0, keyless: { port: 0 } }\n";
  node = await TestNode.create({ configuration, models: [inject("models").slow] });
  await node.attach();
  const { gateway } = await node.status();
  url = gateway.url;
  keylessUrl = gateway.keyless?.url ?? "";
  client = new Ollama({ host: url, headers: { authorization: `Bearer ${node.key}` } });
});
afterAll(() => node.dispose());

const messages: Message[] = [{ role: "user", content: "Tell me a story" }];
const options = { temperature: 0, num_predict: 8 };
const place = z.object({ city: z.string().max(10), country: z.enum(["DE", "FR"]) });

describe("Ollama's own client", () => {
  it("lists models and asks what one can do and how far it reads", async () => {
    const { models } = await client.list();
    expect(models.map(({ name }) => name)).toContain("slow");
    const shown = await client.show({ model: "slow:latest" });
    expect(shown.capabilities).toContain("completion");
    expect(Object.entries(shown.model_info)).toContainEqual(["mesh.context_length", expect.any(Number)]);
    expect((await client.version()).version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("has a model loaded by asking nothing, and then sees it among those that are", async () => {
    expect(await client.generate({ model: "slow:latest", prompt: "" })).toMatchObject({
      model: "slow",
      response: "",
      done: true,
      done_reason: "load",
    });
    const [running, ...others] = (await client.ps()).models;
    expect(running).toMatchObject({ name: "slow", context_length: expect.any(Number) });
    expect(others).toEqual([]);
    await expect(client.generate({ model: "slow", prompt: "", keep_alive: 0 })).rejects.toMatchObject({
      status_code: 400,
      error: expect.stringContaining("keep_alive"),
    });
  });

  it("gets vectors of one text and of several, by both calls", async () => {
    const { embeddings, ...rest } = await client.embed({ model: "slow:latest", input: ["one", "two"] });
    expect(embeddings).toHaveLength(2);
    expect(rest).toMatchObject({ model: "slow", prompt_eval_count: expect.any(Number) });
    const [one] = (await client.embed({ model: "slow", input: "one" })).embeddings;
    expect(one).toEqual(embeddings[0]);
    expect((await client.embeddings({ model: "slow", prompt: "one" })).embedding).toEqual(one);
    await expect(client.embed({ model: "slow", input: "one", truncate: true })).rejects.toMatchObject({
      error: expect.stringContaining("'truncate'"),
    });
  });

  it("chats in one piece, with counts and durations", async () => {
    const answer = await client.chat({ model: "slow:latest", messages, options });
    expect(answer).toMatchObject({ model: "slow", done: true, done_reason: "length", eval_count: 8 });
    expect(answer.message.content).not.toBe("");
    expect(answer.prompt_eval_count).toBeGreaterThan(0);
    expect(answer.total_duration).toBeGreaterThan(0);
  });

  it("streams the same text that it gets in one piece", async () => {
    const answer = await client.chat({ model: "slow", messages, options });
    const parts: ChatResponse[] = [];
    for await (const part of await client.chat({ model: "slow", messages, options, stream: true })) parts.push(part);
    expect(parts.map(({ message }) => message.content).join("")).toBe(answer.message.content);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.at(-1)).toMatchObject({ done: true, done_reason: "length", eval_count: 8 });
  });

  it("generates from one prompt, whole and streamed", async () => {
    const question = { model: "slow", prompt: "Once", system: "Go on.", options, keep_alive: "5m" };
    const answer = await client.generate(question);
    expect(answer).toMatchObject({ done: true, done_reason: "length", eval_count: 8 });
    let text = "";
    for await (const part of await client.generate({ ...question, stream: true })) text += part.response;
    expect(text).toBe(answer.response);
  });

  it("gets an answer that is held to a schema", async () => {
    const format = z.toJSONSchema(place);
    const answer = await client.chat({ model: "slow", messages, format, options: { seed: 1, num_predict: 200 } });
    expect(place.safeParse(JSON.parse(answer.message.content)).success).toBe(true);
  });

  it("offers functions, and sends a call with its result back", async () => {
    const tool: Tool = {
      type: "function",
      function: { name: "locate", parameters: { type: "object", properties: { city: { type: "string" } } } },
    };
    const call = { function: { name: "locate", arguments: { city: "Berlin" } } };
    const conversation = [
      ...messages,
      { role: "assistant", content: "", tool_calls: [call] },
      { role: "tool", content: "found", tool_name: "locate" },
    ];
    const answer = await client.chat({ model: "slow", messages: conversation, tools: [tool], options });
    expect(answer).toMatchObject({ done: true, eval_count: expect.any(Number) });
  });

  it("is told what is wrong in words that it can read", async () => {
    const asked = (fields: object) =>
      client.chat({ model: "slow", messages, ...fields }).catch((error: unknown) => error);
    expect(await asked({ model: "none" })).toMatchObject({ status_code: 404, error: expect.stringContaining("none") });
    for (const [field, fields] of [
      ["options.num_gpu", { options: { num_gpu: 1 } }],
      ["options.num_ctx", { options: { num_ctx: 10_000_000 } }],
      ["logprobs", { logprobs: true }],
    ] as const) {
      expect(await asked(fields)).toMatchObject({ status_code: 400, error: expect.stringContaining(`'${field}'`) });
    }
    const stranger = new Ollama({ host: url });
    const refused = { status_code: 401, error: expect.stringContaining("API key") };
    await expect(stranger.chat({ model: "slow", messages })).rejects.toMatchObject(refused);
    await expect(stranger.list()).rejects.toMatchObject(refused);
    await expect(client.pull({ model: "slow" })).rejects.toMatchObject({
      status_code: 404,
      error: expect.stringMatching(/POST \/api\/pull.*\/api\/chat.*inference-mesh/),
    });
    await expect(client.show({ model: "none" })).rejects.toMatchObject({ status_code: 404 });
  });

  it("stops the model when it leaves", async () => {
    const stream = await client.chat({ model: "slow", messages, options: { temperature: 0 }, stream: true });
    const read = async () => {
      for await (const _part of stream) stream.abort();
    };
    await expect(read()).rejects.toThrow(/abort/i);
    expect(await eventually(async () => (await node.status()).openRequests === 0)).toBe(true);
  });
});

describe("the gateway in Ollama's dialect", () => {
  it("streams lines unless it is asked not to", async () => {
    const body = JSON.stringify({ model: "slow", messages, options });
    const headers = { authorization: `Bearer ${node.key}`, "content-type": "application/json" };
    const response = await fetch(`${url}/api/chat`, { method: "POST", body, headers });
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    expect(response.headers.get("x-mesh-route")).toContain('model="slow"');
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).done).indexOf(true)).toBe(lines.length - 1);
  });

  it("refuses a body that is no JSON in that dialect's words", async () => {
    const headers = { authorization: `Bearer ${node.key}`, "content-type": "application/json" };
    const response = await fetch(`${url}/api/chat`, { method: "POST", body: "{", headers });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining("not valid JSON") });
  });
});

describe("the listener that asks for no key", () => {
  it("serves clients that cannot send one", async () => {
    const keyless = new Ollama({ host: keylessUrl });
    expect((await keyless.list()).models.map(({ name }) => name)).toContain("slow");
    expect(await keyless.chat({ model: "slow", messages, options })).toMatchObject({ done: true, eval_count: 8 });
    const models = await fetch(`${keylessUrl}/v1/models`);
    expect(models.status).toBe(200);
    const greeting = await fetch(keylessUrl);
    expect(await greeting.text()).toContain("Ollama is running");
    expect((await fetch(keylessUrl, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(url, { method: "HEAD" })).status).toBe(401);
  });

  it("refuses web pages, other names of this machine and bodies that a page could send unasked", async () => {
    const body = JSON.stringify({ model: "slow", messages });
    const send = (headers: Record<string, string>) =>
      fetch(`${keylessUrl}/api/chat`, { method: "POST", body, headers });
    const page = await send({ "content-type": "application/json", origin: "https://example.com" });
    expect(page.status).toBe(403);
    expect(await page.json()).toEqual({ error: expect.stringContaining("web pages") });
    expect((await send({ "content-type": "text/plain" })).status).toBe(415);
    const form = { method: "POST", body: new FormData() };
    expect((await fetch(`${keylessUrl}/v1/audio/transcriptions`, form)).status).toBe(415);
    expect((await rawStatus({ host: "rebound.example" })).status).toBe(403);
  });

  it("is there only when it is asked for, and is told of by 'status' and 'doctor'", async () => {
    const [shown, checked] = await Promise.all([node.cli("status"), node.cli("doctor")]);
    for (const { stdout } of [shown, checked]) expect(stdout).toContain(`${keylessUrl} asks for no key`);
    expect(new URL(keylessUrl).hostname).toBe("127.0.0.1");
    const usual = await TestNode.create();
    await usual.attach();
    expect((await usual.status()).gateway.keyless).toBeUndefined();
    await usual.dispose();
  });

  it("whose port another program has is a warning, and the node serves", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const { port } = blocker.address() as { port: number };
    const configuration = `node: { lingerSeconds: 0.3 }\ngateway: { port: 0, keyless: { port: ${port} } }\n`;
    const blocked = await TestNode.create({ configuration });
    await blocked.attach();
    expect((await blocked.status()).gateway).toMatchObject({ keyless: { port, url: null } });
    const [shown, checked] = await Promise.all([blocked.cli("status"), blocked.cli("doctor")]);
    blocker.close();
    for (const { stdout } of [shown, checked]) expect(stdout).toContain(`port ${port} belongs to another program`);
    expect(blocked.log).toContain("gateway.keylessPortTaken");
    await blocked.dispose();
  });
});

/** The status for headers that fetch does not let one set. */
async function rawStatus(headers: Record<string, string>): Promise<{ status: number }> {
  const { hostname, port } = new URL(keylessUrl);
  const sent = request({ hostname, port, path: "/api/tags", headers }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  return { status: response.statusCode ?? 0 };
}
