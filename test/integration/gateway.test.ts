import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { call, chatBody, eventsOf, post } from "../support/chat-request.ts";
import { TestNode } from "../support/test-node.ts";

let node: TestNode;
let url: URL;

beforeAll(async () => {
  node = await TestNode.create({
    models: [inject("models").tiny],
    configuration: "node: { lingerSeconds: 1 }\ngateway: { port: 0, maxBodyBytes: 20000 }\n",
  });
  await node.attach();
  url = new URL((await node.status()).gateway.url);
});
afterAll(() => node.dispose());

/** Sends headers that fetch does not let one set. */
function rawRequest(headers: Record<string, string>, path = "/v1/models"): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: url.hostname,
      port: url.port,
      path,
      headers: { authorization: `Bearer ${node.key}`, ...headers },
    };
    request(options, (response) => {
      let body = "";
      response.on("data", (data) => {
        body += data;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
  });
}

describe("answers", () => {
  it("says that it is alive without a key, and nothing else", async () => {
    const response = await fetch(new URL("/health", url));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok" });
  });

  it("lists the models that can be asked", async () => {
    const { json } = await call(node, "/v1/models");
    expect(json.object).toBe("list");
    expect(json.data.map((model: { id: string }) => model.id)).toEqual(["mesh-guide-demo", "tiny"]);
  });

  it("says of each model where it is served", async () => {
    const { json } = await call(node, "/v1/models");
    const tiny = json.data.find(({ id }: { id: string }) => id === "tiny");
    expect(tiny.places).toEqual([
      {
        backend: "local-engine",
        node: json.node,
        health: "healthy",
        privacy: "local",
        capabilities: expect.arrayContaining(["chat"]),
        contextTokens: expect.any(Number),
        loaded: expect.any(Boolean),
      },
    ]);
    const asked = await call(node, "/v1/models/tiny");
    expect(asked.json).toMatchObject({ id: "tiny", object: "model", places: [{ backend: "local-engine" }] });
    expect(await call(node, "/v1/models/no/such%2Fone")).toMatchObject({
      status: 404,
      json: { error: { code: "unknown_model", params: { model: "no/such/one" } } },
    });
    expect((await call(node, "/v1/models/%zz")).status).toBe(400);
  });

  it("answers a chat in one piece, with its cost in tokens", async () => {
    const { status, json } = await post(node, chatBody("tiny", { max_tokens: 5 }));
    expect(status).toBe(200);
    expect(json).toMatchObject({ object: "chat.completion", model: "tiny" });
    expect(json.choices[0].message.role).toBe("assistant");
    expect(json.choices[0].finish_reason).toBe("length");
    expect(json.usage.completion_tokens).toBe(5);
    expect(json.usage.total_tokens).toBe(json.usage.prompt_tokens + 5);
  });

  it("streams a chat as events, with the usage in the last one when asked for", async () => {
    const { headers, text } = await post(
      node,
      chatBody("tiny", { stream: true, stream_options: { include_usage: true } }),
    );
    expect(headers.get("content-type")).toContain("text/event-stream");
    const events = eventsOf(text);
    expect(events.at(-1)).toBe("[DONE]");
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event));
    expect(chunks[0].choices[0].delta.role).toBe("assistant");
    expect(chunks.at(-2).choices[0].finish_reason).toBe("length");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 8 } });
  });

  it("streams the same text that it gives in one piece, for the same seed", async () => {
    const fields = { seed: 42, temperature: 1, max_tokens: 30 };
    const whole = await post(node, chatBody("tiny", fields));
    const streamed = await post(node, chatBody("tiny", { ...fields, stream: true }));
    const pieces = eventsOf(streamed.text)
      .slice(0, -1)
      .map((event) => JSON.parse(event).choices[0].delta.content ?? "");
    expect(pieces.join("")).toBe(whole.json.choices[0].message.content);
    expect(pieces.join("").length).toBeGreaterThan(0);
  });

  it("gives different seeds different answers, and temperature 0 always the same", async () => {
    const text = async (fields: object): Promise<string> =>
      (await post(node, chatBody("tiny", { max_tokens: 20, ...fields }))).json.choices[0].message.content;
    expect(await text({ seed: 1, temperature: 1.5 })).not.toBe(await text({ seed: 2, temperature: 1.5 }));
    expect(await text({ temperature: 0 })).toBe(await text({ temperature: 0, seed: 7 }));
  });

  it("ends before a stop text, which is not shown", async () => {
    const fields = { temperature: 0, max_tokens: 40 };
    const full = (await post(node, chatBody("tiny", fields))).json.choices[0].message.content as string;
    const stop = full.slice(10, 14);
    const { json } = await post(node, chatBody("tiny", { ...fields, stop: [stop] }));
    expect(json.choices[0].message.content).toBe(full.slice(0, full.indexOf(stop)));
    expect(json.choices[0].finish_reason).toBe("stop");
  });

  it("answers several chats at the same time, each with its own text", async () => {
    // The demo model is sure of each word; a random one may waver with the composition of a batch.
    const ask = async (content: string): Promise<string> => {
      const body = chatBody("mesh-guide-demo", { messages: [{ role: "user", content }], max_tokens: 40 });
      return (await post(node, body)).json.choices[0].message.content;
    };
    const alone = [await ask("Tell me a story"), await ask("Write a poem"), await ask("Tell me a joke")];
    expect(new Set(alone).size).toBe(3);
    expect(await Promise.all([ask("Tell me a story"), ask("Write a poem"), ask("Tell me a joke")])).toEqual(alone);
  });
});

describe("bad requests", () => {
  const bad: [name: string, body: string, status: number, param: string | null, code: string][] = [
    ["malformed JSON", '{"model":"tiny","messages":[}', 400, null, "malformed_json"],
    ["JSON that is no object", "[]", 400, null, "malformed_json"],
    ["an empty body", "", 400, null, "malformed_json"],
    ["no model", '{"messages":[]}', 400, "model", "invalid_field"],
    ["a model that is no text", '{"model":7}', 400, "model", "invalid_field"],
    ["a stream flag that is no boolean", '{"model":"tiny","stream":"yes"}', 400, "stream", "invalid_field"],
    ["no messages", '{"model":"tiny"}', 400, "messages", "invalid_field"],
    ["an empty list of messages", '{"model":"tiny","messages":[]}', 400, "messages", "invalid_field"],
    [
      "an unknown role",
      chatBody("tiny", { messages: [{ role: "robot", content: "x" }] }),
      400,
      "messages[0].role",
      "invalid_field",
    ],
    [
      "content of a wrong type",
      chatBody("tiny", { messages: [{ role: "user", content: 5 }] }),
      400,
      "messages[0].content",
      "invalid_field",
    ],
    ["a temperature that is text", chatBody("tiny", { temperature: "hot" }), 400, "temperature", "invalid_field"],
    ["a temperature out of range", chatBody("tiny", { temperature: 3 }), 400, "temperature", "invalid_field"],
    ["a negative token limit", chatBody("tiny", { max_tokens: -1 }), 400, "max_tokens", "invalid_field"],
    ["more choices than places", chatBody("tiny", { n: 5 }), 400, "n", "invalid_field"],
    ["too many choices", chatBody("tiny", { n: 17 }), 400, "n", "invalid_field"],
    ["a bias that is a number", chatBody("tiny", { logit_bias: 5 }), 400, "logit_bias", "invalid_field"],
    ["a bias on no token", chatBody("tiny", { logit_bias: { "99999": 1 } }), 400, "logit_bias.99999", "invalid_field"],
    ["a bias out of range", chatBody("tiny", { logit_bias: { "1": 101 } }), 400, "logit_bias.1", "invalid_field"],
    ["a penalty out of range", chatBody("tiny", { presence_penalty: 3 }), 400, "presence_penalty", "invalid_field"],
    ["a penalty that is text", chatBody("tiny", { frequency_penalty: "1" }), 400, "frequency_penalty", "invalid_field"],
    ["logprobs that are a number", chatBody("tiny", { logprobs: 1 }), 400, "logprobs", "invalid_field"],
    ["top_logprobs alone", chatBody("tiny", { top_logprobs: 2 }), 400, "top_logprobs", "invalid_field"],
    ["tools that are an object", chatBody("tiny", { tools: {} }), 400, "tools", "invalid_field"],
    [
      "a tool without a function",
      chatBody("tiny", { tools: [{ type: "function" }] }),
      400,
      "tools[0].function",
      "invalid_field",
    ],
    ["a tool choice without tools", chatBody("tiny", { tool_choice: "required" }), 400, "tool_choice", "invalid_field"],
    ["a response format of no kind", chatBody("tiny", { response_format: 5 }), 400, "response_format", "invalid_field"],
    [
      "a tool's message without a call",
      chatBody("tiny", { messages: [{ role: "tool", content: "x" }] }),
      400,
      "messages[0].tool_call_id",
      "invalid_field",
    ],
    ["old-style functions", chatBody("tiny", { functions: [{ name: "a" }] }), 400, "functions", "unsupported_field"],
  ];
  for (const [name, body, status, param, code] of bad) {
    it(`refuses ${name}, naming the field`, async () => {
      const answer = await post(node, body);
      expect(answer.status).toBe(status);
      expect(answer.json.error).toMatchObject({ param, code, type: "invalid_request_error" });
      expect(answer.json.error.message.length).toBeGreaterThan(10);
    });
  }

  it("says which models exist when one does not", async () => {
    const { status, json } = await post(node, chatBody("gpt-5"));
    expect(status).toBe(404);
    expect(json.error).toMatchObject({ code: "unknown_model", param: "model" });
    expect(json.error.message).toContain("mesh-guide-demo, tiny");
  });

  it("refuses a prompt that is longer than the context, with both counts, instead of cutting it", async () => {
    const { status, json } = await post(
      node,
      chatBody("tiny", { messages: [{ role: "user", content: "word ".repeat(2500) }] }),
    );
    expect(status).toBe(400);
    expect(json.error.code).toBe("context_length_exceeded");
    expect(json.error.params.contextTokens).toBe(2048);
    expect(json.error.params.promptTokens).toBeGreaterThan(2048);
    expect(json.error.message).toContain(String(json.error.params.promptTokens));
  });

  it("ends with `length` when the answer fills the context", async () => {
    const content = "word ".repeat(300);
    const { json } = await post(node, chatBody("tiny", { messages: [{ role: "user", content }], max_tokens: 100_000 }));
    expect(json.choices[0].finish_reason).toMatch(/length|stop/);
    expect(json.usage.total_tokens).toBeLessThanOrEqual(2048);
  });

  it("refuses a body over the limit, whether its length is declared or not", async () => {
    const body = chatBody("tiny", { messages: [{ role: "user", content: "x".repeat(30_000) }] });
    expect((await post(node, body)).status).toBe(413);
    const stream = new Blob([body]).stream();
    const chunked = await post(node, "", { body: stream, duplex: "half" } as RequestInit);
    expect(chunked.status).toBe(413);
    expect(chunked.json.error.code).toBe("body_too_large");
  });

  it("refuses bodies that a web page can send without asking first", async () => {
    const { status } = await post(node, chatBody("tiny"), { headers: { "content-type": "text/plain" } });
    expect(status).toBe(415);
  });

  it("knows its routes and their methods", async () => {
    expect((await call(node, "/v1/nothing")).status).toBe(404);
    expect((await call(node, "/v1/models", { method: "DELETE" })).status).toBe(405);
    expect((await call(node, "/v1/chat/completions")).status).toBe(405);
    expect((await call(node, "/__proto__")).status).toBe(404);
  });

  it("says in its own refusals that nobody was asked, but not to web pages", async () => {
    const tagOf = async (path: string, init: RequestInit = {}) =>
      (await fetch(new URL(path, url), init)).headers.get("x-mesh-route");
    const authorization = `Bearer ${node.key}`;
    const nobody = /^node="node-[0-9a-f]{32}", attempts=0$/;
    expect(await tagOf("/v1/chat/completions", { method: "POST" })).toMatch(nobody);
    expect(await tagOf("/v1/nothing", { headers: { authorization } })).toMatch(nobody);
    expect(await tagOf("/v1/messages", { method: "POST", headers: { authorization } })).toMatch(nobody);
    expect(await tagOf("/v1/models", { headers: { origin: "https://example.com" } })).toBeNull();
  });
});

describe("access", () => {
  it("refuses every route but health without the key", async () => {
    for (const path of ["/v1/models", "/v1/chat/completions", "/", "/v1/nothing"]) {
      const response = await fetch(new URL(path, url));
      expect(response.status).toBe(401);
      expect(((await response.json()) as { error: { code: string } }).error.code).toBe("missing_key");
    }
  });

  it("refuses wrong keys in every form", async () => {
    const wrong = [
      "Bearer wrong",
      `Bearer ${node.key}x`,
      `Bearer ${node.key.slice(0, -1)}`,
      node.key,
      `Basic ${node.key}`,
      "Bearer ",
    ];
    for (const authorization of wrong) {
      expect((await rawRequest({ authorization })).status, authorization.slice(0, 8)).toBe(401);
    }
  });

  it("does not accept a key in the address", async () => {
    const response = await fetch(new URL(`/v1/models?key=${node.key}`, url));
    expect(response.status).toBe(401);
  });

  it("refuses names that a web page could point here", async () => {
    for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "0.0.0.0", "[::]"]) {
      expect((await rawRequest({ host })).status, host).toBe(403);
      expect((await rawRequest({ host }, "/health")).status, host).toBe(403);
    }
  });

  it("accepts the names of this machine's loopback", async () => {
    for (const host of ["127.0.0.1", "localhost", `LOCALHOST:${url.port}`, "[::1]:1234"]) {
      expect((await rawRequest({ host })).status, host).toBe(200);
    }
  });

  it("refuses web pages of other origins, with or without the key", async () => {
    for (const origin of [
      "https://evil.example",
      "null",
      "http://127.0.0.1.evil.example",
      "vscode-webview://abc",
      "app://localhost",
    ]) {
      expect((await rawRequest({ origin })).status, origin).toBe(403);
    }
  });

  it("never allows a page to read its answers", async () => {
    const response = await fetch(new URL("/v1/models", url), { headers: { authorization: `Bearer ${node.key}` } });
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("listens on loopback only", async () => {
    expect(url.hostname).toBe("127.0.0.1");
  });
});

describe("malformed framing", () => {
  const send = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname);
      let answer = "";
      socket.on("data", (data) => {
        answer += data;
      });
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
      socket.end(bytes);
    });
  const head = () => `Host: localhost\r\nAuthorization: Bearer ${node.key}\r\nContent-Type: application/json\r\n`;

  it("refuses two lengths for one body", async () => {
    const start = `POST /v1/chat/completions HTTP/1.1\r\n${head()}`;
    expect(await send(`${start}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect(await send(`${start}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 400/);
  });

  it("refuses two hosts, and two keys", async () => {
    const twoHosts = await send(`GET /v1/models HTTP/1.1\r\n${head()}Host: evil.example\r\n\r\n`);
    expect(twoHosts).toMatch(/^HTTP\/1\.1 40[03]/);
    const twoKeys = await send(
      `GET /v1/models HTTP/1.1\r\n${head()}Authorization: Bearer x\r\nConnection: close\r\n\r\n`,
    );
    expect(twoKeys).toMatch(/^HTTP\/1\.1 401/);
  });

  it("refuses oversized headers and absolute addresses", async () => {
    expect(await send(`GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 4/,
    );
    const absolute = await send(`GET http://evil.example/health HTTP/1.1\r\n${head()}Connection: close\r\n\r\n`);
    expect(absolute).toMatch(/^HTTP\/1\.1 404/);
  });
});
