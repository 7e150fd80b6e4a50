import { once } from "node:events";
import { Ollama } from "ollama";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listOf, StandInServer, status } from "../support/stand-in-server.ts";
import { TestNode } from "../support/test-node.ts";

// A node with no model of its own in front of a server that answers as each test says.
let server: StandInServer;
let node: TestNode;
let url: string;
let client: Ollama;

beforeAll(async () => {
  server = await StandInServer.start({ "GET /v1/models": listOf({ id: "there" }) });
  const backend = `backends: [{ id: server, kind: openai-compatible, url: "${server.url}" }]\n`;
  node = await TestNode.create({ configuration: `node: { lingerSeconds: 1 }\ngateway: { port: 0 }\n${backend}` });
  await node.attach();
  ({ url } = (await node.status()).gateway);
  client = new Ollama({ host: url, headers: { authorization: `Bearer ${node.key}` } });
});
afterAll(async () => {
  await node.dispose();
  await server.dispose();
});

const chatPath = "POST /v1/chat/completions";
const png = "iVBORw0KGgoAAAANSUhEUg==";
const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const delta = (said: object) => event({ model: "there", choices: [{ delta: said }] });
const lastBody = () => JSON.parse(server.received.findLast(({ method }) => method === "POST")?.body ?? "null");

describe("Ollama's own client, of a stand-in server", () => {
  it("sends images and functions, and gets thoughts and calls", async () => {
    const call = { id: "c", type: "function", function: { name: "locate", arguments: '{"city":"Berlin"}' } };
    const message = { role: "assistant", content: "", reasoning_content: "where?", tool_calls: [call] };
    const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
    server.replies.set(
      chatPath,
      status(200, { model: "there", choices: [{ message, finish_reason: "tool_calls" }], usage }),
    );
    const { message: got, ...rest } = await client.chat({
      model: "there",
      messages: [{ role: "user", content: "Where is this?", images: [png] }],
      tools: [{ type: "function", function: { name: "locate", parameters: { type: "object" } } }],
      think: true,
    });
    expect(got).toMatchObject({ thinking: "where?", tool_calls: [{ function: { name: "locate" } }] });
    expect(got.tool_calls?.[0]?.function.arguments).toEqual({ city: "Berlin" });
    expect(rest).toMatchObject({ done: true, done_reason: "stop", prompt_eval_count: 9, eval_count: 4 });
    expect(lastBody()).toMatchObject({
      messages: [{ content: [{ type: "text" }, { image_url: { url: `data:image/png;base64,${png}` } }] }],
      tools: [{ function: { name: "locate" } }],
      reasoning_effort: "medium",
    });
  });

  it("gets streamed calls whole", async () => {
    server.replies.set(chatPath, (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(delta({ tool_calls: [{ index: 0, id: "c", function: { name: "locate", arguments: "" } }] }));
      response.write(delta({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }));
      response.write(delta({ tool_calls: [{ index: 0, function: { arguments: '"Berlin"}' } }] }));
      response.end(`${event({ choices: [{ delta: {}, finish_reason: "tool_calls" }] })}data: [DONE]\n\n`);
    });
    const calls = [];
    const messages = [{ role: "user", content: "hi" }];
    for await (const part of await client.chat({ model: "there", messages, stream: true })) {
      calls.push(...(part.message.tool_calls ?? []));
    }
    expect(calls.map((each) => each.function)).toEqual([{ name: "locate", arguments: { city: "Berlin" } }]);
  });

  it("is told when an answer breaks off, and never that it was done", async () => {
    server.replies.set(chatPath, (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(delta({ content: "half" }), () => response.destroy());
    });
    const stream = await client.generate({ model: "there", prompt: "hi", stream: true });
    const parts: unknown[] = [];
    const read = async () => {
      for await (const part of stream) parts.push(part);
    };
    await expect(read()).rejects.toThrow("broke off");
    expect(parts).toMatchObject([{ response: "half", done: false }]);
  });

  it("gets an error where it asked for a stream and the server sends none", async () => {
    const message = { role: "assistant", content: "all at once" };
    server.replies.set(chatPath, status(200, { model: "there", choices: [{ message, finish_reason: "stop" }] }));
    const asked = client.generate({ model: "there", prompt: "hi", stream: true });
    await expect(asked).rejects.toMatchObject({ status_code: 502, error: expect.stringContaining("does not stream") });
  });

  it("gets an error instead of half an answer in one piece", async () => {
    server.replies.set(chatPath, (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
      response.write('{"choices":[', () => response.destroy());
    });
    const asked = client.generate({ model: "there", prompt: "hi" });
    await expect(asked).rejects.toMatchObject({ status_code: 502 });
  });

  it("is told what the server says of a field that it does not take", async () => {
    server.replies.set(chatPath, status(400, { error: { message: "min_p is not known here" } }));
    const asked = client.generate({ model: "there", prompt: "hi", options: { min_p: 0.1 } });
    await expect(asked).rejects.toMatchObject({ status_code: 400, error: expect.stringContaining("min_p") });
  });

  it("stops the server when it leaves", async () => {
    const left = Promise.withResolvers<void>();
    server.replies.set(chatPath, (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(delta({ content: "a" }));
      once(response, "close").then(() => left.resolve(), left.reject);
    });
    const messages = [{ role: "user", content: "hi" }];
    const stream = await client.chat({ model: "there", messages, stream: true });
    const read = async () => {
      for await (const _part of stream) stream.abort();
    };
    await expect(read()).rejects.toThrow(/abort/i);
    await left.promise;
  });
});

it("a stream of a stand-in server that breaks off ends with one line that says so, and none that is empty", async () => {
  server.replies.set(chatPath, (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(delta({ content: "half" }), () => response.destroy());
  });
  const headers = { authorization: `Bearer ${node.key}`, "content-type": "application/json" };
  const body = JSON.stringify({ model: "there", prompt: "hi" });
  const response = await fetch(`${url}/api/generate`, { method: "POST", headers, body });
  let text = "";
  const read = async () => {
    for await (const bytes of response.body ?? []) text += Buffer.from(bytes).toString("utf8");
  };
  await expect(read()).rejects.toThrow();
  const lines = text.split("\n");
  expect(lines.pop()).toBe("");
  expect(lines.map((line) => Object.keys(JSON.parse(line)).includes("error"))).toEqual([false, true]);
});
