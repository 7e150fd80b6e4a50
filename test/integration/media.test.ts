import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startRoutedNode, untilListed } from "../support/routed-node.ts";
import { listOf, type Received, StandInServer, status } from "../support/stand-in-server.ts";
import { finish, TestNode } from "../support/test-node.ts";

// Stand-ins written from OpenAI's API reference (2026): one makes images and audio, one has neither call.
let server: StandInServer;
let plain: StandInServer;
let node: TestNode;
let client: OpenAI;

/** Every byte there is, and what could be taken for lines. */
const everyByte = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_value, byte) => byte)),
  Buffer.from("\r\n--\r\n"),
]);
const answered = { created: 1, data: [{ b64_json: "iVBORw0KGgo=" }], usage: { input_tokens: 3, output_tokens: 9 } };

beforeAll(async () => {
  server = await StandInServer.start({
    "GET /v1/models": listOf({ id: "painter" }, { id: "speaker" }, { id: "org/painter:1" }),
    "POST /v1/images/generations": status(200, answered),
    "POST /v1/images/edits": status(200, answered),
    "POST /v1/images/variations": status(200, answered),
    "POST /v1/audio/transcriptions": status(200, "said\n", { "content-type": "text/plain; charset=utf-8" }),
    "POST /v1/audio/translations": status(200, { text: "said" }),
    "POST /v1/audio/speech": (response) => {
      response.writeHead(200, { "content-type": "audio/mpeg" });
      response.write(Buffer.from("<"));
      response.end(everyByte);
    },
  });
  plain = await StandInServer.start({ "GET /v1/models": listOf({ id: "painter" }, { id: "texter" }) });
  const backends = [
    { id: "plain", url: plain.url, priority: 1 },
    { id: "server", url: server.url, priority: 2 },
  ];
  node = await startRoutedNode({ backends, settings: { gateway: { port: 0, maxBodyBytes: 100_000 } } }, [
    "painter",
    "texter",
  ]);
  expect(await node.cli("aliases", "set", "draw", "painter")).toMatchObject({ code: 0 });
  const { url } = (await node.status()).gateway;
  client = new OpenAI({ baseURL: `${url}/v1`, apiKey: node.key, maxRetries: 0 });
});
afterAll(async () => {
  await node.dispose();
  await Promise.all([server.dispose(), plain.dispose()]);
});

const received = (path: string): Received => {
  const found = server.received.findLast((each) => each.path === path);
  if (found === undefined) throw new Error(`Nothing was received at ${path}.`);
  return found;
};
/** A form, as another reader than ours understands it. */
async function formAt(path: string): Promise<Record<string, unknown>> {
  const { bytes, headers } = received(path);
  const type = headers["content-type"] ?? "";
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form) {
    fields[name] = typeof value === "string" ? value : Buffer.from(await value.arrayBuffer());
  }
  return fields;
}

describe("OpenAI's own client, before a server (stand-in) with images and audio", () => {
  it("gets images, at a server that has them though another is asked first", async () => {
    const { data, response } = await client.images.generate({ model: "painter", prompt: "a cat" }).withResponse();
    expect(data).toEqual(answered);
    expect(response.headers.get("x-mesh-route")).toMatch(/backend="server".*attempts=2/);
    expect(JSON.parse(received("/v1/images/generations").body)).toEqual({ model: "painter", prompt: "a cat" });
  });

  it("finds where a model is served, also one with a slash in its name", async () => {
    const { data } = await client.models.list();
    const painter = data.find(({ id }) => id === "painter");
    expect(painter).toMatchObject({ places: [{ backend: "plain" }, { backend: "server", privacy: "local" }] });
    expect(await client.models.retrieve("org/painter:1")).toMatchObject({ places: [{ backend: "server" }] });
    const { url } = (await node.status()).gateway;
    const plainly = await fetch(`${url}/v1/models/org/painter:1`, { headers: { authorization: `Bearer ${node.key}` } });
    expect(await plainly.json()).toMatchObject({ id: "org/painter:1" });
    await expect(client.models.retrieve("org/none")).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it("streams images and speech, whose events are larger than those of texts", async () => {
    const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 };
    const large = "A".repeat(3 * 1024 * 1024);
    const stream = (...events: readonly { readonly type: string }[]) => {
      const text = events.map((each) => `event: ${each.type}\ndata: ${JSON.stringify(each)}\n\n`).join("");
      return status(200, text, { "content-type": "text/event-stream" });
    };
    // Neither ends with `[DONE]`.
    const [partial, completed] = ["image_generation.partial_image", "image_generation.completed"];
    const whole = server.replies.get("POST /v1/images/generations");
    const events = [
      { type: partial, b64_json: large, partial_image_index: 0 },
      { type: completed, b64_json: large, usage },
    ];
    server.replies.set("POST /v1/images/generations", stream(...events));
    const received = [];
    for await (const event of await client.images.generate({ model: "painter", prompt: "x", stream: true })) {
      received.push(event);
    }
    expect(received).toEqual(events);
    if (whole) server.replies.set("POST /v1/images/generations", whole);
    const speech = server.replies.get("POST /v1/audio/speech");
    const pieces = [
      { type: "speech.audio.delta", audio: "AA==" },
      { type: "speech.audio.done", usage },
    ];
    server.replies.set("POST /v1/audio/speech", stream(...pieces));
    const asked = { model: "speaker", voice: "alloy", input: "hi", stream_format: "sse" as const };
    const answer = await client.audio.speech.create(asked);
    expect(await answer.text()).toContain("speech.audio.done");
    if (speech) server.replies.set("POST /v1/audio/speech", speech);
  });

  it("has a form passed on byte for byte, but for the name that an alias stands for", async () => {
    const image = await toFile(everyByte, 'a "b"; name=model.png', { type: "image/png" });
    await client.images.edit({ model: "draw", prompt: "größer", image });
    expect(await formAt("/v1/images/edits")).toEqual({ model: "painter", prompt: "größer", image: everyByte });
    await client.images.createVariation({ model: "painter" as "dall-e-2", image });
    expect(await formAt("/v1/images/variations")).toEqual({ model: "painter", image: everyByte });
  });

  it("has speech made: bytes with their type, whatever the first one is", async () => {
    const speech = await client.audio.speech.create({ model: "speaker", voice: "alloy", input: "hi" });
    expect(speech.headers.get("content-type")).toBe("audio/mpeg");
    expect(Buffer.from(await speech.arrayBuffer())).toEqual(Buffer.concat([Buffer.from("<"), everyByte]));
  });

  it("has speech read, as text or JSON", async () => {
    const file = await toFile(everyByte, "a.wav", { type: "audio/wav" });
    const text = await client.audio.transcriptions.create({ model: "speaker", file, response_format: "text" });
    expect(text).toBe("said\n");
    expect(await formAt("/v1/audio/transcriptions")).toEqual({
      model: "speaker",
      file: everyByte,
      response_format: "text",
    });
    expect(await client.audio.translations.create({ model: "speaker", file })).toEqual({ text: "said" });
  });

  it("is told which server has no such call", async () => {
    const generate = (model: string) =>
      client.images
        .generate({ model, prompt: "x" })
        .catch((reason: unknown) => reason as InstanceType<typeof OpenAI.APIError>);
    const error = await generate("texter");
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ code: "backend_path_missing" });
    expect(String(error)).toContain("'plain' has no /v1/images/generations");
    expect(await generate("none")).toMatchObject({ status: 404, code: "unknown_model" });
    // That a call is missing says nothing about the server, which goes on with all others.
    const { stdout } = await node.cli("backends", "--json");
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ id: "plain", health: "healthy" }));
  });

  it("is refused forms that are too large, broken, or without a model", async () => {
    const { url } = (await node.status()).gateway;
    const post = (body: string | FormData, headers: Record<string, string> = {}) =>
      fetch(`${url}/v1/audio/transcriptions`, {
        method: "POST",
        headers: { authorization: `Bearer ${node.key}`, ...headers },
        body,
      });
    const form = new FormData();
    form.append("file", new Blob([everyByte]));
    expect(await (await post(form)).json()).toMatchObject({ error: { code: "invalid_field", param: "model" } });
    form.append("model", "speaker");
    form.append("file", new Blob([new Uint8Array(100_000)]));
    expect((await post(form)).status).toBe(413);
    const type = "multipart/form-data; boundary=b";
    const part = '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nspeaker\r\n';
    for (const [body, contentType, code] of [
      [part, type, "invalid_field"],
      [`${part}${part}--b--\r\n`, type, "invalid_field"],
      [`${part}--b--\r\n`, `${type}; boundary=c`, "invalid_field"],
      [`${part}--b--\r\n`, "application/x-www-form-urlencoded", "unsupported_media_type"],
    ] as const) {
      expect(await (await post(body, { "content-type": contentType })).json()).toMatchObject({ error: { code } });
    }
    expect((await post(`${part}--b--\r\n`, { "content-type": type })).status).toBe(200);
  });

  it("that leaves ends the request at the server", async () => {
    const asked = new AbortController();
    const before = server.replies.get("POST /v1/images/generations");
    const gone = new Promise<void>((resolve) => {
      server.replies.set("POST /v1/images/generations", (response) => {
        response.once("close", resolve);
        asked.abort();
      });
    });
    const asking = client.images.generate({ model: "painter", prompt: "x" }, { signal: asked.signal });
    await expect(asking).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await gone;
    if (before) server.replies.set("POST /v1/images/generations", before);
  });
});

describe("a node with an engine of its own, before another node", () => {
  it("passes images and audio on through it, and never asks the engine", async () => {
    const outer = await TestNode.create({ models: [inject("models").tiny] });
    try {
      await outer.attach();
      const { url } = (await node.status()).gateway;
      const adding = outer.spawnCli(["backends", "add", "inner", url, "--kind", "router", "--key-stdin"]);
      adding.stdin?.end(`${node.key}\n`);
      expect(await finish(adding)).toMatchObject({ code: 0 });
      await untilListed(outer, ["painter", "speaker", "tiny"]);
      const baseURL = `${(await outer.status()).gateway.url}/v1`;
      const far = new OpenAI({ baseURL, apiKey: outer.key, maxRetries: 0 });
      const file = await toFile(everyByte, "a.wav");
      expect(await far.audio.translations.create({ model: "speaker", file })).toEqual({ text: "said" });
      const refused = (model: string) => far.images.generate({ model, prompt: "x" }).catch((reason: unknown) => reason);
      expect(await refused("texter")).toMatchObject({ status: 404, code: "backend_path_missing" });
      expect(await refused("tiny")).toMatchObject({ status: 400, code: "not_supported_by_model" });
    } finally {
      await outer.dispose();
    }
  });
});
