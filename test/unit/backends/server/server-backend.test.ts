import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { testConnection } from "../../../../sidecar/backends/server/test-connection.ts";
import { scanEnvelope } from "../../../../sidecar/router/envelope.ts";
import type { MeshRequest } from "../../../../sidecar/router/mesh-request.ts";
import { chatBody } from "../../../support/chat-request.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { openBackendKeys } from "../../../support/open-backend-keys.ts";
import { RecordingSink } from "../../../support/recording-sink.ts";
import { ServersUnderTest, testNodeId } from "../../../support/server-under-test.ts";
import { StandInKeyring } from "../../../support/stand-in-keyring.ts";
import { listOf, StandInServer, status, streamed } from "../../../support/stand-in-server.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";

const never = new AbortController().signal;
let server: StandInServer;
let servers: ServersUnderTest;

beforeEach(async () => {
  server = await StandInServer.start({ "GET /v1/models": listOf({ id: "qwen", owned_by: "somebody" }) });
  servers = new ServersUnderTest();
});
afterEach(async () => {
  await servers.resources.dispose();
  await server.dispose();
});

function request(extra: Partial<MeshRequest> = {}): MeshRequest {
  const body = Buffer.from(chatBody("qwen", { stream: true }));
  const caller = { client: "test", priority: "interactive" } as const;
  const envelope = scanEnvelope(body);
  return {
    id: "test",
    path: "/v1/chat/completions",
    body,
    caller,
    envelope,
    model: "qwen",
    privacy: "cloud",
    meshPath: [],
    ...extra,
  };
}

describe("the models of a stand-in server", () => {
  it("are those that it lists, or those that somebody has named", async () => {
    const all = servers.create({ url: server.url, artifacts: { qwen: "sha256:x" }, contextTokens: 4096 });
    await all.refresh(never);
    expect([all.models("qwen").length, all.models("other").length]).toEqual([1, 0]);
    expect(all.models()).toMatchObject([{ id: "qwen", artifact: "sha256:x", contextTokens: 4096, health: "healthy" }]);
    const named = servers.create({ url: server.url, models: ["mine", "qwen"] });
    expect(named.models().map(({ id }) => id)).toEqual(["mine", "qwen"]);
    await named.refresh(never);
    expect(named.models().map(({ id }) => id)).toEqual(["mine", "qwen"]);
  });

  it.each([404, 405, 501])("are the named ones where it has no list (%i), and that is well", async (code) => {
    server.replies.set("GET /v1/models", status(code, "nothing here"));
    const named = servers.create({ url: server.url, models: ["mine"] });
    await named.refresh(never);
    expect(named.health()).toEqual({ health: "healthy", reason: null });
    const nameless = servers.create({ url: server.url });
    await expect(nameless.refresh(never)).rejects.toMatchObject({ code: "backend_protocol" });
    expect(nameless.health()).toMatchObject({ health: "unhealthy", reason: expect.stringContaining("no list") });
  });

  it("are kept when it does not answer any more, as unhealthy", async () => {
    const backend = servers.create({ url: server.url });
    await backend.probe("models", never);
    server.replies.set("GET /v1/models", status(500));
    await expect(backend.probe("models", never)).rejects.toMatchObject({ code: "backend_failed" });
    expect(backend.models()).toMatchObject([{ id: "qwen", health: "unhealthy" }]);
  });

  it.each([
    ["a web page", status(200, "<html>login</html>", { "content-type": "text/html" }), "web page"],
    ["no list", status(200, { hello: 1 }), "no list of models"],
    ["a redirect", status(302, "", { location: "http://127.0.0.1:1/" }), "redirects"],
    ["more than 4 MiB", status(200, "x".repeat(5 * 1024 * 1024)), ""],
  ])("are none when it sends %s", async (_what, reply, words) => {
    server.replies.set("GET /v1/models", reply);
    const backend = servers.create({ url: server.url });
    await expect(backend.refresh(never)).rejects.toMatchObject({
      code: "backend_protocol",
      params: { problem: expect.stringContaining(words) },
    });
    expect(backend.models()).toEqual([]);
  });

  it("are waited for while it says that it loads", async () => {
    server.replies.set("GET /v1/models", status(503, { error: { message: "Loading model" } }));
    const backend = servers.create({ url: server.url });
    expect(await backend.probe("models", never)).toMatchObject({ isLoading: true });
    expect(backend.health().health).toBe("loading");
  });

  it("are asked for once by many at the same time, and not at all while it is switched off", async () => {
    const backend = servers.create({ url: server.url });
    await Promise.all(Array.from({ length: 10 }, () => backend.refresh(never)));
    expect(server.received).toHaveLength(1);
    const off = servers.create({ url: server.url, enabled: false });
    await off.refresh(never);
    expect(server.received).toHaveLength(1);
    expect(off.health().health).toBe("disabled");
  });
});

describe("the key of a stand-in server", () => {
  it("goes with every request, and nothing else of ours does", async () => {
    const backend = servers.create({ url: `${server.url}/api/v1` }, { key: "sk-1" });
    server.replies.set("GET /api/v1/models", listOf({ id: "qwen" }));
    server.replies.set("POST /api/v1/chat/completions", streamed);
    await backend.refresh(never);
    await backend.forward(request({ meshPath: [`node-${"b".repeat(32)}`] }), new RecordingSink(), never);
    for (const { headers } of server.received) {
      expect(headers.authorization).toBe("Bearer sk-1");
      expect(headers).not.toHaveProperty("x-mesh-path");
    }
  });

  it("is not sent where it was given for another address: nothing is", async () => {
    const backend = servers.create({ url: server.url }, { key: "of-other-address" });
    const elsewhere = { code: "backend_key_elsewhere" };
    await expect(backend.refresh(never)).rejects.toMatchObject(elsewhere);
    await expect(backend.forward(request(), new RecordingSink(), never)).rejects.toMatchObject(elsewhere);
    expect(backend.health()).toMatchObject({ health: "unhealthy", reason: expect.stringContaining("another address") });
    expect(server.received).toEqual([]);
  });
});

describe("a key in the keyring (stand-in) of a stand-in server", () => {
  const folder = useTemporaryFolder();
  const keyring = async () => {
    const standIn = new StandInKeyring();
    const before = await openBackendKeys(folder.path, { keyring: standIn, wish: "keyring" });
    await before.set("server", server.url, "sk-1");
    const clock = new ManualClock();
    const keys = await openBackendKeys(folder.path, { keyring: standIn, wish: "keyring", clock });
    return { standIn, keys, clock };
  };

  it("is waited for by every question, and then goes with it", async () => {
    const { standIn, keys } = await keyring();
    const held = Promise.withResolvers<void>();
    standIn.beside = () => held.promise;
    server.replies.set("POST /v1/chat/completions", streamed);
    const backend = servers.create({ url: server.url }, { keys });
    const asked = [backend.refresh(never), backend.forward(request(), new RecordingSink(), never)];
    await nextTurn();
    expect(server.received).toEqual([]);
    held.resolve();
    await Promise.all(asked);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(["Bearer sk-1", "Bearer sk-1"]);
  });

  it("that is locked keeps everything from being sent, until it is not", async () => {
    const { standIn, keys, clock } = await keyring();
    standIn.problem = "locked";
    server.replies.set("POST /v1/chat/completions", streamed);
    const backend = servers.create({ url: server.url }, { keys });
    const locked = { code: "backend_key_unavailable" };
    await expect(backend.refresh(never)).rejects.toMatchObject(locked);
    await expect(backend.forward(request(), new RecordingSink(), never)).rejects.toMatchObject(locked);
    expect(backend.health()).toMatchObject({ health: "unhealthy", reason: expect.stringContaining("is locked") });
    expect(server.received).toEqual([]);
    standIn.problem = null;
    clock.advance(10_000);
    await backend.refresh(never);
    await backend.forward(request(), new RecordingSink(), never);
    expect(server.received.every(({ headers }) => headers.authorization === "Bearer sk-1")).toBe(true);
  });
});

describe("a refusal of a stand-in server", () => {
  it.each([
    [401, "backend_credentials"],
    [404, "backend_rejected"],
    [400, "backend_rejected"],
    [429, "backend_busy"],
    [500, "backend_failed"],
    [302, "backend_protocol"],
  ])("with %i is %s, before anything reaches the client", async (code, expected) => {
    server.replies.set("POST /v1/chat/completions", status(code, { error: { message: "no" } }, { "retry-after": "7" }));
    const sink = new RecordingSink();
    const backend = servers.create({ url: server.url });
    await expect(backend.forward(request(), sink, never)).rejects.toMatchObject({ code: expected });
    expect(sink.calls).toEqual([]);
  });

  it("says when to come back", async () => {
    server.replies.set("POST /v1/chat/completions", status(503, "", { "retry-after": "7" }));
    const forwarded = servers.create({ url: server.url }).forward(request(), new RecordingSink(), never);
    await expect(forwarded).rejects.toMatchObject({ params: { retryAfterSeconds: 7 } });
  });

  it("by nobody listening says so", async () => {
    const { url } = server;
    await server.dispose();
    const backend = servers.create({ url });
    const gone = { code: "backend_unreachable", params: { problem: "nothing listens at its address" } };
    await expect(backend.refresh(never)).rejects.toMatchObject(gone);
    await expect(backend.probe("port", never)).rejects.toMatchObject(gone);
    await expect(backend.forward(request(), new RecordingSink(), never)).rejects.toMatchObject(gone);
    server = await StandInServer.start();
  });

  it("by breaking off in the middle says that it broke off", async () => {
    server.replies.set("POST /v1/chat/completions", (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: {}\n\n", () => response.destroy());
    });
    const sink = new RecordingSink();
    const forwarded = servers.create({ url: server.url }).forward(request(), sink, never);
    await expect(forwarded).rejects.toMatchObject({ code: "upstream_disconnected", params: { backend: "server" } });
    expect(sink.count("end")).toBe(0);
  });
});

describe("a limit on requests at a stand-in server", () => {
  it("lets the others wait in the node's queue, whatever model they want and however they end", async () => {
    const open: (() => void)[] = [];
    server.replies.set("POST /v1/chat/completions", (response, received) => {
      open.push(() => streamed(response, received));
    });
    const backend = servers.create({ url: server.url, maxConcurrent: 1, models: ["qwen", "other"] });
    const first = backend.forward(request(), new RecordingSink(), never);
    await expect.poll(() => open.length).toBe(1);
    const leaving = new AbortController();
    const gone = backend.forward(request({ model: "other" }), new RecordingSink(), leaving.signal);
    const last = backend.forward(request(), new RecordingSink(), never);
    await expect.poll(() => backend.models()[0]?.waitingRequests).toBe(2);
    expect(backend.models()).toMatchObject([{ openRequests: 1, capacity: 1 }, { openRequests: 0 }]);
    leaving.abort(new MeshError("cancelled", {}));
    await expect(gone).rejects.toMatchObject({ code: "cancelled" });
    expect(backend.models()[0]?.waitingRequests).toBe(1);
    expect(open).toHaveLength(1);
    open[0]?.();
    await first;
    await expect.poll(() => open.length).toBe(2);
    open[1]?.();
    await last;
    expect(backend.models()[0]).toMatchObject({ openRequests: 0, waitingRequests: 0 });
  });

  it("gives the place back after a refusal and after an abort", async () => {
    const backend = servers.create({ url: server.url, maxConcurrent: 1 });
    await expect(backend.forward(request(), new RecordingSink(), never)).rejects.toBeInstanceOf(MeshError);
    server.replies.set("POST /v1/chat/completions", () => undefined);
    const abort = new AbortController();
    const aborted = backend.forward(request(), new RecordingSink(), abort.signal);
    await expect.poll(() => server.received.length).toBe(2);
    abort.abort(new MeshError("cancelled", {}));
    await expect(aborted).rejects.toMatchObject({ code: "cancelled" });
    server.replies.set("POST /v1/chat/completions", streamed);
    await backend.forward(request(), new RecordingSink(), never);
  });
});

describe("a stand-in router", () => {
  it("is sent the way that the request has come, and nothing that has been there or too far", async () => {
    const other = `node-${"b".repeat(32)}`;
    server.replies.set("POST /v1/chat/completions", streamed);
    const backend = servers.create({ url: server.url }, { kind: "router" });
    await backend.forward(request({ meshPath: [other] }), new RecordingSink(), never);
    expect(server.received[0]?.headers["x-mesh-path"]).toBe(`${other},${testNodeId}`);
    for (const meshPath of [[testNodeId], [other, other, other]]) {
      const looped = backend.forward(request({ meshPath }), new RecordingSink(), never);
      await expect(looped).rejects.toMatchObject({ code: "request_loop" });
    }
    expect(server.received).toHaveLength(1);
  });

  it("that is this node itself is told as such", async () => {
    server.replies.set("GET /v1/models", status(200, { node: testNodeId, data: [{ id: "qwen" }] }));
    const backend = servers.create({ url: server.url }, { kind: "router" });
    await expect(backend.refresh(never)).rejects.toMatchObject({ code: "backend_protocol" });
    expect(backend.health()).toEqual({ health: "unhealthy", reason: "this is this node itself" });
    expect(backend.models()).toEqual([]);
  });
});

describe("a probe of a stand-in server for one token", () => {
  const probed = () => servers.create({ url: server.url }).probe("generate", never);

  it("asks a model for no more than that", async () => {
    server.replies.set("POST /v1/chat/completions", status(200, { choices: [] }));
    await probed();
    expect(JSON.parse(server.received.at(-1)?.body ?? "")).toMatchObject({ model: "qwen", max_tokens: 1 });
  });

  it("is well where the question is understood and refused, and not where nothing is generated", async () => {
    server.replies.set("POST /v1/chat/completions", status(400, { error: { message: "no chat here" } }));
    await expect(probed()).resolves.toMatchObject({ isLoading: false });
    server.replies.set("POST /v1/chat/completions", status(500));
    await expect(probed()).rejects.toMatchObject({ code: "backend_failed" });
    server.replies.set("POST /v1/chat/completions", status(200, "<html>", { "content-type": "text/html" }));
    await expect(probed()).rejects.toMatchObject({ code: "backend_protocol" });
  });
});

describe("trying a stand-in server", () => {
  const tried = () => testConnection(servers.create({ url: server.url }), never);

  it("says which model streamed an answer", async () => {
    server.replies.set("POST /v1/chat/completions", streamed);
    expect(await tried()).toMatchObject({ models: 1, streamed: { model: "qwen" }, remark: null });
    const body = JSON.parse(server.received.at(-1)?.body ?? "");
    expect(body).toMatchObject({ model: "qwen", stream: true, max_tokens: 4 });
  });

  it("remarks what it rejects, since it has understood", async () => {
    server.replies.set("POST /v1/chat/completions", status(400, { error: { message: "no chat here" } }));
    expect(await tried()).toMatchObject({ streamed: null, remark: expect.stringContaining("no chat here") });
  });

  it.each([
    ["does not stream", status(200, { choices: [] })],
    ["streams nothing", status(200, "", { "content-type": "text/event-stream" })],
    ["streams without end", status(200, "data: x\n\n".repeat(100_000), { "content-type": "text/event-stream" })],
    ["streams no events", status(200, "hello", { "content-type": "text/event-stream" })],
  ])("fails when it %s", async (_what, reply) => {
    server.replies.set("POST /v1/chat/completions", reply);
    await expect(tried()).rejects.toBeInstanceOf(MeshError);
  });

  it("ends with whoever asked", async () => {
    server.replies.set("POST /v1/chat/completions", () => undefined);
    const abort = new AbortController();
    const trying = testConnection(servers.create({ url: server.url }), abort.signal);
    await expect.poll(() => server.received.length).toBe(2);
    abort.abort(new MeshError("cancelled", {}));
    await expect(trying).rejects.toMatchObject({ code: "cancelled" });
    await nextTurn();
  });
});

describe("a server whose settings are changed", () => {
  const limited = { maxConcurrent: 1 };
  const seen = async (entry: object = {}) => {
    const before = servers.create({ url: server.url, ...limited, ...entry });
    await before.refresh(never);
    return before;
  };

  it("still has its models, also when it is switched off", async () => {
    const before = await seen();
    const after = servers.create({ url: server.url, weight: 9, enabled: false });
    after.takeOver(before);
    expect(after.models()).toMatchObject([{ id: "qwen", health: "disabled" }]);
  });

  it.each([
    ["its address", { url: "http://127.0.0.1:9" }],
    ["its label", { privacy: "cloud" }],
  ])("has none when %s is another", async (_what, entry) => {
    const after = servers.create({ url: server.url, ...entry } as never);
    after.takeOver(await seen());
    expect(after.models()).toEqual([]);
  });

  it.each([
    ["is switched off", { enabled: false }, "no_place"],
    ["is removed", null, "no_place"],
    ["is moved", { url: "http://127.0.0.1:9" }, "no_place"],
    ["gets another weight", { weight: 9 }, null],
  ])("when it %s, a request that waits for its turn goes there only if it still may", async (_what, entry, code) => {
    const held = Promise.withResolvers<void>();
    server.replies.set("POST /v1/chat/completions", (response, received) => {
      void held.promise.then(() => streamed(response, received));
    });
    const before = await seen();
    const first = before.forward(request(), new RecordingSink(), never);
    while (!server.received.some(({ method }) => method === "POST")) await nextTurn();
    const second = before.forward(request(), new RecordingSink(), never).catch((error: MeshError) => error.code);
    if (entry !== null) servers.create({ url: server.url, ...limited, ...entry } as never).takeOver(before);
    before.dispose();
    held.resolve();
    await first;
    expect(await second).toBe(code ?? undefined);
    expect(server.received.filter(({ method }) => method === "POST")).toHaveLength(code === null ? 2 : 1);
  });
});
