import { readdirSync, readFileSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { ApiKeyChanges } from "../../contract/mesh/api-key.ts";
import { keysCreate, keysEdit, keysList, keysRevoke } from "../../contract/rpc/keys.ts";
import { nodeStop } from "../../contract/rpc/node.ts";
import { requestsList } from "../../contract/rpc/routes.ts";
import { type Answer, call, chatBody, eventsOf, post } from "../support/chat-request.ts";
import { readStream, type StreamedAnswer } from "../support/read-stream.ts";
import { listOf, StandInServer, status } from "../support/stand-in-server.ts";
import { isGone, TestNode } from "../support/test-node.ts";

const chatPath = "POST /v1/chat/completions";
let node: TestNode;
/** This machine's has m1 and m2, the network's has m2 and far. */
let near: StandInServer;
let far: StandInServer;
/** Every key that a test has made: none may be found anywhere. */
const made: string[] = [];

const whole = (tokens: number) =>
  status(200, {
    model: "m1",
    choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: tokens - 10, total_tokens: tokens },
  });
const asked = (server: StandInServer): number =>
  server.received.filter(({ path }) => path.endsWith("/completions")).length;

beforeAll(async () => {
  near = await StandInServer.start({ "GET /v1/models": listOf({ id: "m1" }, { id: "m2" }) });
  far = await StandInServer.start({ "GET /v1/models": listOf({ id: "m2" }, { id: "far" }) });
  node = await TestNode.create({
    models: [inject("models").slow],
    configuration: `node: { lingerSeconds: 0.3 }
gateway: { port: 0 }
backends:
  - { id: near, kind: openai-compatible, url: "${near.url}", priority: 20 }
  - { id: far, kind: openai-compatible, url: "${far.url}", priority: 5, privacy: lan }
routing:
  strategy: local-first
  aliases:
    fast: { revisions: { blue: { model: m2 } } }
`,
  });
  await node.attach();
});
afterAll(async () => {
  await node.dispose();
  await Promise.all([near.dispose(), far.dispose()]);
});
beforeEach(() => {
  for (const server of [near, far]) {
    server.replies.set(chatPath, whole(20));
    server.received.length = 0;
  }
});

let count = 0;
async function make(settings: ApiKeyChanges = {}): Promise<{ key: string; name: string }> {
  const name = `key-${++count}`;
  const { key } = await (await node.connect()).request(keysCreate, { name, settings });
  made.push(key);
  return { key, name };
}
const ask = (key: string, model = "m1", extra: object = {}): Promise<Answer> =>
  post(node, chatBody(model, { ...extra }), { headers: { authorization: `Bearer ${key}` } });
const listed = async (key: string): Promise<string[]> => {
  const { json } = await call(node, "/v1/models", { headers: { authorization: `Bearer ${key}` } });
  return (json as { data: { id: string }[] }).data.map(({ id }) => id).sort();
};

describe("a named key (servers are stand-ins)", () => {
  it("asks like the node's own, and stands in the request log by its name", async () => {
    const { key, name } = await make();
    expect((await ask(key)).status).toBe(200);
    expect((await post(node, chatBody("m1"))).status).toBe(200);
    const { records } = await (await node.connect()).request(requestsList, { limit: 2, onlyFailed: false });
    expect(records.map(({ client }) => client).sort()).toEqual(["gateway", name]);
  });

  it("asks only for the models that it may, and another is to it as one that does not exist", async () => {
    const { key } = await make({ models: ["m1", "fast"] });
    expect((await ask(key, "m1")).status).toBe(200);
    expect((await ask(key, "fast")).status).toBe(200);
    const words = (answer: Answer, model: string): string => answer.text.replaceAll(model, "…");
    // With tools and images as well: what it cannot do would tell that it is there.
    for (const extra of [{}, { tools: [{ type: "function", function: { name: "f" } }] }]) {
      const hidden = await ask(key, "far", extra);
      const missing = await ask(key, "nowhere", extra);
      expect(hidden.status).toBe(404);
      expect(words(hidden, "far")).toBe(words(missing, "nowhere"));
    }
    expect(asked(far)).toBe(1);
  });

  it("is listed only what it may ask for", async () => {
    const all = await listed(node.key);
    expect(all).toEqual(expect.arrayContaining(["far", "fast", "m1", "m2"]));
    expect(await listed((await make()).key)).toEqual(all);
    expect(await listed((await make({ models: ["m1", "fast", "nowhere"] })).key)).toEqual(["fast", "m1"]);
    const local = await listed((await make({ privacy: "local" })).key);
    expect(local).toEqual(all.filter((id) => id !== "far"));
  });

  it("sends its prompts no further than it may, whatever the request says", async () => {
    const { key } = await make({ privacy: "local" });
    const headers = { authorization: `Bearer ${key}`, "x-mesh-privacy": "cloud" };
    expect((await post(node, chatBody("far"), { headers })).json.error.code).toBe("privacy_forbids");
    expect((await post(node, chatBody("m2"), { headers })).status).toBe(200);
    expect([asked(near), asked(far)]).toEqual([1, 0]);
  });

  it("does only what it was made for", async () => {
    const reader = await make({ scopes: ["models"] });
    expect(await listed(reader.key)).toContain("m1");
    const refused = await ask(reader.key);
    expect([refused.status, refused.json.error.code]).toEqual([403, "key_scope"]);
    const asker = await make({ scopes: ["inference"] });
    expect((await ask(asker.key)).status).toBe(200);
    const list = await call(node, "/v1/models", { headers: { authorization: `Bearer ${asker.key}` } });
    expect([list.status, list.json.error.code]).toEqual([403, "key_scope"]);
    expect(asked(near)).toBe(1);
  });

  it("never has its limits or models changed over HTTP", async () => {
    for (const path of ["/v1/keys", "/keys", "/keys/create"]) {
      expect((await call(node, path, { method: "POST", body: "{}" })).status).toBe(404);
    }
  });
});

it("a key that comes as x-api-key is the same key, with the same limits (servers are stand-ins)", async () => {
  const { key } = await make({ models: ["m1"], requestsPerMinute: 2 });
  const { gateway } = await node.status();
  const send = (headers: Record<string, string>, model: string) =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      body: chatBody(model),
      headers: { "content-type": "application/json", ...headers },
    });
  expect((await send({ "x-api-key": key }, "far")).status).toBe(404);
  expect((await send({ "x-api-key": key }, "m1")).status).toBe(200);
  expect((await send({ authorization: `Bearer ${key}` }, "m1")).status).toBe(429);
  expect((await send({ "x-api-key": key }, "m1")).status).toBe(429);
  expect((await send({ "x-api-key": key, authorization: `Bearer ${key}` }, "m1")).status).toBe(401);
  // Whichever came first would be the one that another reader does not take.
  const other = await make();
  for (const [first, second] of [
    [key, node.key],
    [node.key, key],
    [node.key, "im-wrong"],
    [other.key, node.key],
  ] as const) {
    const refused = await send({ "x-api-key": first, authorization: `Bearer ${second}` }, "m1");
    expect([refused.status, await refused.text()]).toEqual([401, expect.not.stringContaining("hello")]);
  }
});

describe("a named key in other dialects (servers are stand-ins)", () => {
  const send = async (key: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${key}` };
    const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return await call(node, path, { headers, ...options });
  };
  const messages = [{ role: "user", content: "hello" }];

  it("is told by Ollama's lists of nothing but what it may ask for", async () => {
    const { key } = await make({ models: ["m1", "fast"] });
    const { json } = await send(key, "/api/tags");
    expect((json as { models: { name: string }[] }).models.map(({ name }) => name).sort()).toEqual(
      ["fast", "m1"].map((name) => expect.stringMatching(new RegExp(`^${name}(:latest)?$`))),
    );
    expect((await send(key, "/api/show", { model: "m1" })).status).toBe(200);
    const hidden = await send(key, "/api/show", { model: "far" });
    const missing = await send(key, "/api/show", { model: "nowhere" });
    expect(hidden.status).toBe(404);
    expect(hidden.text.replaceAll("far", "…")).toBe(missing.text.replaceAll("nowhere", "…"));
    const local = await make({ privacy: "local" });
    expect((await send(local.key, "/api/show", { model: "far" })).status).toBe(404);
    expect((await send(local.key, "/api/tags")).text).not.toContain('"far');
    const asker = await make({ scopes: ["inference"] });
    for (const [path, body] of [["/api/tags"], ["/api/show", { model: "m1" }]] as const) {
      expect((await send(asker.key, path, body)).status).toBe(403);
    }
  });

  it.each<[string, object]>([
    ["/api/chat", { messages, stream: false }],
    ["/api/generate", { prompt: "hello", stream: false }],
    ["/v1/messages", { messages, max_tokens: 8 }],
  ])("has the same models and limits at %s", async (path, body) => {
    const { key } = await make({ models: ["m1"] });
    expect((await send(key, path, { model: "far", ...body })).status).toBe(404);
    const limited = await make({ requestsPerMinute: 1 });
    expect((await send(limited.key, path, { model: "m1", ...body })).status).toBe(200);
    const refused = await send(limited.key, path, { model: "m1", ...body });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(asked(far)).toBe(0);
    const reader = await make({ scopes: ["models"] });
    expect((await send(reader.key, path, { model: "m1", ...body })).status).toBe(403);
  });
});

describe("limits a minute (servers are stand-ins)", () => {
  it("answer 429 with Retry-After, for this key alone", async () => {
    const { key } = await make({ requestsPerMinute: 2 });
    expect([(await ask(key)).status, (await ask(key)).status]).toEqual([200, 200]);
    const refused = await ask(key);
    expect(refused.status).toBe(429);
    expect(refused.json.error).toMatchObject({ code: "key_rate_limited", type: "rate_limit_error" });
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(30);
    expect((await ask((await make({ requestsPerMinute: 2 })).key)).status).toBe(200);
    expect(asked(near)).toBe(3);
  });

  it("of tokens count what the answer has taken", async () => {
    near.replies.set(chatPath, whole(5000));
    const { key } = await make({ tokensPerMinute: 1000 });
    expect((await ask(key)).status).toBe(200);
    const refused = await ask(key);
    expect([refused.status, refused.json.error.code]).toEqual([429, "key_rate_limited"]);
    expect(refused.text).toContain("1000 tokens a minute");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(200);
  });

  it("count nothing for a request that nobody has answered", async () => {
    const { key } = await make({ tokensPerMinute: 60 });
    for (let index = 0; index < 5; index++) expect((await ask(key, "nowhere")).status).toBe(404);
  });

  it("that are reached in the middle of an answer let it run to its end, and count it", async () => {
    near.replies.set(chatPath, (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      // More pieces than the limit, and no counts: each piece is about a token.
      for (let index = 0; index < 200; index++) response.write(piece("a"));
      response.end("data: [DONE]\n\n");
    });
    const { key } = await make({ tokensPerMinute: 40 });
    const answer = await ask(key, "m1", { stream: true });
    expect(eventsOf(answer.text)).toHaveLength(201);
    expect(eventsOf(answer.text).at(-1)).toBe("[DONE]");
    expect((await ask(key)).status).toBe(429);
  });
});

const piece = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;

describe("a key that ends while it is in use (servers are stand-ins)", () => {
  /** An answer that goes on until somebody ends it. */
  async function openAnswer(key: string) {
    const begun = Promise.withResolvers<ServerResponse>();
    near.replies.set(chatPath, (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(piece("first"));
      begun.resolve(response);
    });
    const { gateway } = await node.status();
    const url = `${gateway.url}/v1/chat/completions`;
    const answer = await readStream(url, key, chatBody("m1", { stream: true }));
    const upstream = await begun.promise;
    const isLeft = new Promise<void>((resolve) => {
      upstream.once("close", () => resolve());
    });
    return { text: textAtEnd(answer), upstream, isLeft };
  }

  it.each<[string, (name: string) => Promise<unknown>, string]>([
    ["revoked", async (name) => (await node.connect()).request(keysRevoke, { name }), "wrong_key"],
    [
      "switched off",
      async (name) => (await node.connect()).request(keysEdit, { name, changes: { enabled: false } }),
      "key_disabled",
    ],
    [
      "expired",
      async (name) => {
        const expiresAt = new Date(Date.now() + 50).toISOString();
        return await (await node.connect()).request(keysEdit, { name, changes: { expiresAt } });
      },
      "key_expired",
    ],
  ])("and is %s ends its open answers with an error, and the server's work too", async (_, end, code) => {
    const { key, name } = await make();
    const other = await make();
    const { text, isLeft } = await openAnswer(key);
    const untouched = await openAnswer(other.key);
    await end(name);
    const events = eventsOf(await text);
    expect(events[0]).toContain("first");
    expect(JSON.parse(events.at(-1) ?? "")).toMatchObject({ error: { code } });
    expect(events).not.toContain("[DONE]");
    await isLeft;
    const refused = await ask(key);
    expect([refused.status, refused.json.error.code]).toEqual([401, code]);
    untouched.upstream.end("data: [DONE]\n\n");
    expect(eventsOf(await untouched.text).at(-1)).toBe("[DONE]");
  });

  it("and is revoked before its answer has begun gets a 401 in its place", async () => {
    const { key, name } = await make();
    const arrived = Promise.withResolvers<ServerResponse>();
    near.replies.set(chatPath, (response) => arrived.resolve(response));
    const answer = ask(key);
    const upstream = await arrived.promise;
    const isLeft = new Promise<void>((resolve) => {
      upstream.once("close", () => resolve());
    });
    await (await node.connect()).request(keysRevoke, { name });
    const { status: refused, json } = await answer;
    expect([refused, json.error.code]).toEqual([401, "wrong_key"]);
    await isLeft;
    // Nobody else was asked for it, and the server is none the worse for it.
    expect([asked(near), asked(far)]).toEqual([1, 0]);
    near.replies.set(chatPath, whole(20));
    expect((await post(node, chatBody("m1"))).status).toBe(200);
  });

  it("and is revoked is to its holder as a key that never was", async () => {
    const { key, name } = await make();
    await (await node.connect()).request(keysRevoke, { name });
    expect((await ask(key)).text).toBe((await ask(`im-${"x".repeat(43)}`)).text);
  });
});

/** The text of an answer that may break off. */
async function textAtEnd(answer: StreamedAnswer): Promise<string> {
  await answer.ended;
  return answer.text;
}

describe("inference-mesh keys (servers are stand-ins)", () => {
  it("makes a key that works at once, and shows it this once", async () => {
    const created = await node.cli("keys", "create", "ci", "--models", "m1,fast", "--rpm", "60", "--expires", "30d");
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^im-[\w-]{43}\n$/) });
    const key = created.stdout.trim();
    made.push(key);
    expect(created.stderr).not.toContain(key);
    expect((await ask(key)).status).toBe(200);
    const { stdout } = await node.cli("keys");
    expect(stdout).toMatch(/^ci {2}on {2}inference and models; m1, fast; 60 requests a minute; expires 2/m);
    expect(stdout).not.toContain(key);
    expect((await node.cli("keys", "--json")).stdout).not.toMatch(/sha256|im-/);
  });

  it("changes a key, takes limits away, and revokes it", async () => {
    const edited = await node.cli("keys", "edit", "ci", "--rpm", "none", "--models", "none", "--privacy", "local");
    expect(edited.stdout).toMatch(/^ci {2}on {2}inference and models; all models; no further than 'local'; expires/);
    expect((await node.cli("keys", "edit", "ci", "--disable")).stdout).toMatch(/^ci {2}off/);
    expect((await node.cli("keys", "revoke", "ci")).code).toBe(0);
    const { keys } = await (await node.connect()).request(keysList, {});
    expect(keys.map(({ name }) => name)).not.toContain("ci");
  });

  it.each<[string[], number, string]>([
    [["create", "bad name"], 1, "name"],
    [["create", "x", "--rpm", "0"], 1, "--rpm"],
    [["create", "x", "--rpm", "many"], 1, "--rpm"],
    [["create", "x", "--privacy", "moon"], 1, "--privacy"],
    [["create", "x", "--expires", "soon"], 1, "--expires"],
    [["create", "x", "--scopes", "admin"], 1, "--scopes"],
    [["create", "x", "--models", ","], 1, "--models"],
    [["edit", "nobody", "--rpm", "1"], 1, "nobody"],
    [["revoke"], 2, "key"],
    [["rotate", "x"], 2, "what to do"],
  ])("refuses %j and names what is wrong", async (words, code, named) => {
    const refused = await node.cli("keys", ...words);
    expect(refused).toMatchObject({ code, stderr: expect.stringContaining(named) });
    expect(refused.stdout).toBe("");
  });
});

it("OpenAI's own client tells a key's refusals apart (servers are stand-ins)", async () => {
  const { gateway } = await node.status();
  const chat = (apiKey: string, model = "m1") =>
    new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 }).chat.completions.create({
      model,
      messages: [{ role: "user", content: "hello" }],
    });
  const limited = await make({ requestsPerMinute: 1 });
  expect((await chat(limited.key)).choices[0]?.message.content).toBe("hello");
  await expect(chat(limited.key)).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  const { key } = await make({ models: ["m1"] });
  await expect(chat(key, "m2")).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  await expect(chat((await make({ scopes: ["models"] })).key)).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError);
  const expired = await make({ expiresAt: new Date(0).toISOString() });
  await expect(chat(expired.key)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
});

it("a revoked key ends what the node's own engine is answering, and the engine is free for others", async () => {
  const { key, name } = await make();
  const { gateway } = await node.status();
  const url = `${gateway.url}/v1/chat/completions`;
  const answer = await readStream(url, key, chatBody("slow", { stream: true, max_tokens: 100_000 }));
  expect(answer.status).toBe(200);
  const text = textAtEnd(answer);
  await (await node.connect()).request(keysRevoke, { name });
  expect(JSON.parse(eventsOf(await text).at(-1) ?? "")).toMatchObject({ error: { code: "wrong_key" } });
  expect((await ask(node.key, "slow")).status).toBe(200);
});

it("keys are kept over a restart, and one that will expire keeps no node from ending", async () => {
  const { key, name } = await make({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
  const { pid } = await node.status();
  await (await node.connect()).request(nodeStop, { force: true });
  expect(await isGone(pid)).toBe(true);
  expect(node.log).toMatch(/"node\.ended".*"activeResources":""/);
  await node.attach();
  expect((await ask(key)).status).toBe(200);
  expect((await node.cli("keys")).stdout).toContain(`${name}  on`);
});

it("no key is ever found in a file of the node", () => {
  const files = readdirSync(node.home, { recursive: true, encoding: "utf8" })
    .map((file) => join(node.home, file))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
  expect(files.some((file) => file.endsWith("api-keys.json"))).toBe(true);
  expect(files.some((file) => file.endsWith("node.log"))).toBe(true);
  expect(made.length).toBeGreaterThan(10);
  for (const file of files) {
    const text = readFileSync(file, "latin1");
    // Without its prefix too, and its beginning alone.
    for (const key of made) expect(text.includes(key.slice(3, 20)), file).toBe(false);
  }
});
