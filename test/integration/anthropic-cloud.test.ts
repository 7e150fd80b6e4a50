import { EventEmitter, once } from "node:events";
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { call, eventsOf, post } from "../support/chat-request.ts";
import { startRoutedNode, untilListed } from "../support/routed-node.ts";
import { refuse, StandInAnthropic, startStream } from "../support/stand-in-anthropic/stand-in-anthropic.ts";
import {
  errorBody,
  modelEntry,
  printEvent,
  textStream,
  toolMessage,
  toolStream,
} from "../support/stand-in-anthropic/wire.ts";
import { listOf, StandInServer, streamed } from "../support/stand-in-server.ts";
import { eventually, finish, type TestNode } from "../support/test-node.ts";

// `both` is to be had at the stand-in for the cloud and at a server of OpenAI's dialect, which is asked second.
let cloud: StandInAnthropic;
let server: StandInServer;
let node: TestNode;
let client: Anthropic;
let url: string;

const messages = [{ role: "user" as const, content: "hi" }];
const request = { model: "claude", max_tokens: 6, messages };
/** OpenAI's dialect has no words for containers. */
const special = { ...request, container: "box" };

beforeAll(async () => {
  cloud = await StandInAnthropic.start({ models: [modelEntry("claude"), modelEntry("both")] });
  server = await StandInServer.start({ "GET /v1/models": listOf({ id: "both" }, { id: "open" }) });
  server.replies.set("POST /v1/chat/completions", streamed);
  node = await startRoutedNode({ backends: [{ id: "server", url: server.url, priority: 20 }] }, ["open"]);
  const adding = node.spawnCli(["backends", "add", "cloud", cloud.url, "--kind", "anthropic", "--key-stdin"]);
  adding.stdin?.end(`${StandInAnthropic.key}\n`);
  expect(await finish(adding)).toMatchObject({ code: 0 });
  await untilListed(node, ["claude", "both", "open"]);
  ({ url } = (await node.status()).gateway);
  client = new Anthropic({ baseURL: url, apiKey: node.key, maxRetries: 0 });
});
afterAll(async () => {
  await node.dispose();
  await Promise.all([cloud.dispose(), server.dispose()]);
});
afterEach(() => {
  cloud.reply = undefined;
  server.received.length = 0;
});

const asMessages = (body: string, headers: Record<string, string> = {}) =>
  call(node, "/v1/messages?beta=true", { method: "POST", body, headers });
const lastRecord = async () => JSON.parse((await finish(node.spawnCli(["requests", "--json", "--limit", "1"]))).stdout);

describe("a client of Anthropic's before a place that speaks its dialect (stand-in)", () => {
  it("has its bytes passed on but for the key, and the answer's bytes back", async () => {
    const body =
      '{"max_tokens":5, "future":{"big":12345678901234567890}, "model" : "claude",\n"messages":[{"role":"user","content":[{"type":"text","text":"é","cache_control":{"type":"ephemeral","ttl":"1h"}}]}],' +
      '"tools":[{"type":"web_search_20250305","name":"web_search"}]}';
    const answer =
      '{ "id":"msg_1",  "content":[{"type":"server_tool_use","input":{"q":1.50}}], "usage":{"input_tokens":3,"cache_read_input_tokens":40,"cache_creation_input_tokens":7,"output_tokens":9}}';
    cloud.reply = (response) => void response.writeHead(200, { "content-type": "application/json" }).end(answer);
    const { status, text, headers } = await asMessages(body, {
      "anthropic-beta": "a-1,b-2",
      "x-other": "no",
      cookie: "c",
    });
    expect([status, text]).toEqual([200, answer]);
    expect(headers.get("x-mesh-route")).toContain('backend="cloud"');
    expect(cloud.asked).toMatchObject({ path: "/v1/messages?beta=true", body });
    expect(cloud.asked?.headers).toMatchObject({
      "x-api-key": StandInAnthropic.key,
      "anthropic-beta": "a-1,b-2",
      "anthropic-version": "2023-06-01",
    });
    for (const name of ["x-other", "cookie", "authorization"]) expect(cloud.asked?.headers).not.toHaveProperty(name);
    expect(await lastRecord()).toMatchObject({
      usage: { promptTokens: 50, cachedTokens: 40, completionTokens: 9 },
      error: null,
    });
  });

  it("keeps the version that it names", async () => {
    await asMessages(JSON.stringify(request), { "anthropic-version": "2023-01-01" });
    expect(cloud.asked?.headers["anthropic-version"]).toBe("2023-01-01");
  });

  it("gets a stream's events as they came, and the node counts them", async () => {
    const events = toolStream("claude").map(printEvent).join("");
    cloud.reply = (response) => {
      startStream(response);
      for (let at = 0; at < events.length; at += 100) response.write(events.slice(at, at + 100));
      response.end();
    };
    const { text } = await asMessages(JSON.stringify({ ...request, stream: true }));
    expect(text).toBe(events);
    expect(await lastRecord()).toMatchObject({
      usage: { promptTokens: 442, cachedTokens: 400, completionTokens: 57 },
      error: null,
    });
  });

  it("reads thoughts with their signatures, and gives them back untouched", async () => {
    cloud.reply = (response) => {
      startStream(response);
      response.end(toolStream("claude").map(printEvent).join(""));
    };
    const { content } = await client.messages.stream(request).finalMessage();
    expect(content[0]).toEqual({ type: "thinking", thinking: "Two places.", signature: "c2lnbmVk" });
    cloud.reply = undefined;
    const results = ["toolu_01A", "toolu_01B"].map((id) => ({
      type: "tool_result" as const,
      tool_use_id: id,
      content: "1",
    }));
    const turns = [...messages, { role: "assistant" as const, content }, { role: "user" as const, content: results }];
    await client.messages.create({ ...request, messages: turns as Anthropic.MessageParam[] });
    expect(JSON.parse(cloud.asked?.body ?? "").messages[1].content).toEqual(content);
  });

  it("has its prompt counted there", async () => {
    expect(await client.messages.countTokens({ model: "claude", messages })).toEqual({ input_tokens: 77 });
    expect(server.received).toEqual([]);
  });

  it.each([
    ["ends in good order", (response: Parameters<NonNullable<StandInAnthropic["reply"]>>[0]) => response.end()],
    ["is cut", (response: Parameters<NonNullable<StandInAnthropic["reply"]>>[0]) => response.destroy()],
  ])("hears of half a stream that %s without its last event", async (_how, stop) => {
    const reader = new EventEmitter();
    cloud.reply = (response) => {
      startStream(response);
      const half = textStream("claude").slice(0, 5).map(printEvent);
      response.write(half.join(""));
      void once(reader, "text").then(() => stop(response));
    };
    const stream = client.messages.stream(request).on("text", () => reader.emit("text"));
    const error = await stream.finalMessage().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(String(error)).toContain("upstream_disconnected");
    expect(await lastRecord()).toMatchObject({ error: "upstream_disconnected" });
  });

  it("hears of an error amid a stream in the server's own words", async () => {
    cloud.reply = (response) => {
      startStream(response);
      const events = [...textStream("claude").slice(0, 4), errorBody("overloaded_error", "Overloaded")];
      response.end(events.map(printEvent).join(""));
    };
    const error = await client.messages
      .stream(request)
      .finalMessage()
      .catch((reason: unknown) => reason);
    expect(String(error)).toContain('"message":"Overloaded"');
    expect(await lastRecord()).toMatchObject({ error: "upstream_disconnected" });
  });

  it("leaves, and the place learns it", async () => {
    const reader = new EventEmitter();
    const stream = client.messages.stream({ ...request, max_tokens: 100_000 }).on("text", () => reader.emit("text"));
    await once(reader, "text");
    stream.abort();
    await stream.done().catch(() => undefined);
    expect(await eventually(() => cloud.open === 0)).toBe(true);
  });
});

describe("a request of Anthropic's that cannot be said in OpenAI's dialect (stand-ins)", () => {
  it("goes where it needs no translation, and the reason stands in its record", async () => {
    expect((await asMessages(JSON.stringify({ ...special, model: "both" }))).status).toBe(200);
    expect(server.received).toEqual([]);
    expect(JSON.stringify(await lastRecord())).toContain("not-translatable");
  });

  it("is refused by name where no such place has the model", async () => {
    const { status, json } = await asMessages(JSON.stringify({ ...special, model: "open" }));
    expect(status).toBe(400);
    expect(json.error.details.error_code).toBe("unsupported_field");
    expect(json.error.message).toContain("container");
  });
});

describe("a client of OpenAI's before Anthropic's models (stand-in)", () => {
  const chat = { model: "claude", messages, max_tokens: 6 };

  it("is answered in its own dialect, whole and streamed", async () => {
    cloud.reply = (response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(toolMessage("claude")));
    };
    const { json } = await post(node, JSON.stringify(chat));
    expect(json.choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { content: "I look." } });
    expect(await lastRecord()).toMatchObject({
      usage: { promptTokens: 442, cachedTokens: 400, completionTokens: 57 },
    });
    cloud.reply = undefined;
    const { text } = await post(node, JSON.stringify({ ...chat, stream: true }));
    expect(eventsOf(text).at(-1)).toBe("[DONE]");
    expect(await lastRecord()).toMatchObject({ usage: { promptTokens: 9, completionTokens: 6 }, error: null });
  });

  it("is told the field that has no words there, or answered by a place that has them", async () => {
    const { status, json } = await post(node, JSON.stringify({ ...chat, seed: 1 }));
    expect([status, json.error.code]).toEqual([400, "unsupported_field"]);
    expect(json.error.message).toContain("'seed'");
    const elsewhere = await post(node, JSON.stringify({ ...chat, model: "both", seed: 1, stream: true }));
    expect(elsewhere.headers.get("x-mesh-route")).toContain('backend="server"');
  });

  it("asks for vectors in vain, and is told so before anything is sent", async () => {
    const before = cloud.received.length;
    const body = JSON.stringify({ model: "claude", input: "a" });
    const { status, json } = await call(node, "/v1/embeddings", { method: "POST", body });
    expect([status, json.error.code]).toEqual([400, "not_supported_by_model"]);
    const completion = JSON.stringify({ model: "claude", prompt: "a" });
    const text = await call(node, "/v1/completions", { method: "POST", body: completion });
    expect([text.status, text.json.error.code]).toEqual([400, "not_supported_by_model"]);
    expect(cloud.received.slice(before).filter(({ method }) => method === "POST")).toEqual([]);
  });
});

describe("a client of Anthropic's whose place fails (stand-ins)", () => {
  it("is answered by the other one, translated", async () => {
    cloud.reply = (response) => refuse(response, 500, "api_error", "Internal");
    const message = await client.messages.stream({ ...request, model: "both" }).finalMessage();
    expect(message).toMatchObject({ content: [{ type: "text", text: "a" }] });
    expect(JSON.parse(server.lastBody)).toMatchObject({ model: "both", stream: true });
  });

  // Last: from then on the node waits for it, as it was told.
  it("is not sent to a server that cannot read it when the cloud is busy: it may come back", async () => {
    cloud.reply = (response) => refuse(response, 529, "overloaded_error", "Overloaded");
    const error = await client.messages.create({ ...special, model: "both" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 503 });
    expect(server.received).toEqual([]);
  });
});

describe("what can be added", () => {
  it("is listed with its kinds, for people and for pickers", async () => {
    const { stdout } = await finish(node.spawnCli(["backends", "kinds", "--json"]));
    const kinds: { kind: string; label: string; url: string | null }[] = JSON.parse(stdout);
    expect(kinds.find(({ kind }) => kind === "anthropic")).toMatchObject({
      label: "Anthropic",
      url: "https://api.anthropic.com",
    });
    expect(kinds.find(({ kind }) => kind === "router")).toMatchObject({ url: null });
    const lines = (await finish(node.spawnCli(["backends", "kinds"]))).stdout;
    for (const { kind } of kinds) expect(lines).toContain(`${kind}  `);
  });

  it("needs an address unless it is a cloud", async () => {
    const { code, stderr } = await finish(node.spawnCli(["backends", "add", "nas"]));
    expect(code).not.toBe(0);
    expect(stderr).toContain("the server's address");
  });
});
