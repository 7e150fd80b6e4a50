import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { backendEntrySchema } from "../../../sidecar/registry/backend-entry.ts";
import { chatBody } from "../../support/chat-request.ts";
import { meshRequest } from "../../support/mesh-request.ts";
import { RecordingSink } from "../../support/recording-sink.ts";
import { ServersUnderTest } from "../../support/server-under-test.ts";
import { goFingerprint, goKey, StandInBackendAiGo } from "../../support/stand-in-backend-ai-go.ts";
import { status, streamed } from "../../support/stand-in-server.ts";

const never = new AbortController().signal;
let go: StandInBackendAiGo;
let servers: ServersUnderTest;

beforeEach(async () => {
  go = await StandInBackendAiGo.start();
  servers = new ServersUnderTest();
});
afterEach(async () => {
  await servers.resources.dispose();
  await go.server.dispose();
});

const kind = "backend-ai-go";
const chat = meshRequest(chatBody("llama", { stream: true }));
const create = (entry: object = { fingerprint: goFingerprint }) =>
  servers.create({ url: go.server.url, ...entry }, { kind, key: goKey });

async function seen(entry?: object) {
  const backend = create(entry);
  await backend.probe("models", never);
  const stateOf = (name: string) => backend.models(name)[0]?.state;
  return { backend, manage: backend.manage, stateOf };
}

describe("a stand-in for a Backend.AI GO machine", () => {
  it("tells which of its models are loaded", async () => {
    go.loaded.add("llama");
    const { backend, stateOf } = await seen();
    expect(backend.program).toEqual({ id: "backend-ai-go", version: null });
    expect([stateOf("llama"), stateOf("qwen")]).toEqual(["loaded", "available"]);
  });

  it("answers requests with the same key", async () => {
    go.server.replies.set("POST /v1/chat/completions", streamed);
    const sink = new RecordingSink();
    await create().forward(chat, sink, never);
    expect(go.server.received.at(-1)?.headers.authorization).toBe(`Bearer ${goKey}`);
    expect(sink.count("end")).toBe(1);
  });

  it("loads and unloads a model when it is told to, and shows that meanwhile", async () => {
    const { backend, manage, stateOf } = await seen();
    const gate = Promise.withResolvers<void>();
    go.gate = gate.promise;
    let changes = 0;
    backend.onDidChange(() => changes++);
    const loading = manage?.load("llama", never);
    expect(stateOf("llama")).toBe("loading");
    expect(changes).toBe(1);
    gate.resolve();
    await loading;
    expect(stateOf("llama")).toBe("loaded");
    await manage?.unload("llama", { signal: never, force: false });
    expect(stateOf("llama")).toBe("available");
    const path = `/api/v1/nodes/${goFingerprint}/models`;
    const said = { body: { modelId: "llama" }, key: `Bearer ${goKey}` };
    expect(go.orders).toEqual([
      { path: `${path}/load`, ...said },
      { path: `${path}/unload`, ...said },
    ]);
  });

  it("is not told twice at the same time, and what was aborted here goes on there", async () => {
    const { manage, stateOf } = await seen();
    const gate = Promise.withResolvers<void>();
    go.gate = gate.promise;
    const leaving = new AbortController();
    const first = manage?.load("llama", leaving.signal);
    await expect(manage?.load("llama", never)).rejects.toMatchObject({ code: "backend_load_failed" });
    await expect.poll(() => go.orders.length).toBe(1);
    leaving.abort(new MeshError("cancelled", {}));
    await expect(first).rejects.toMatchObject({ code: "cancelled" });
    expect(stateOf("llama")).toBe("available");
    gate.resolve();
    await expect.poll(() => go.loaded.has("llama")).toBe(true);
  });

  it("that refuses says why, without the key", async () => {
    const { manage, stateOf } = await seen();
    go.refusal = `no memory\u001b[2J for ${goKey}`;
    const reason = "no memory [2J for [key]";
    await expect(manage?.load("llama", never)).rejects.toMatchObject({
      code: "backend_load_failed",
      params: { reason },
    });
    expect(stateOf("llama")).toBe("available");
    go.refusal = "";
    await expect(manage?.load("llama", never)).rejects.toMatchObject({ params: { reason: "no reason given" } });
  });

  it.each([
    ["another status", status(500), "backend_failed"],
    ["a wrong key", status(401), "backend_credentials"],
    ["nonsense", status(200, { ok: 1 }), "backend_protocol"],
    ["a web page", status(200, "<html>", { "content-type": "text/html" }), "backend_protocol"],
  ])("that answers with %s has not done it", async (_what, reply, code) => {
    const { manage } = await seen();
    go.server.replies.set(`POST /api/v1/nodes/${goFingerprint}/models/load`, reply);
    await expect(manage?.load("llama", never)).rejects.toMatchObject({ code });
  });

  it("does not take a model away that answers, unless it is forced to", async () => {
    go.loaded.add("llama");
    const { backend, manage } = await seen();
    const open = Promise.withResolvers<() => void>();
    go.server.replies.set("POST /v1/chat/completions", (response, received) => {
      open.resolve(() => streamed(response, received));
    });
    const answer = backend.forward(chat, new RecordingSink(), never);
    const end = await open.promise;
    const unload = (force: boolean) => manage?.unload("llama", { signal: never, force });
    await expect(unload(false)).rejects.toMatchObject({ code: "model_in_use", params: { openRequests: 1 } });
    expect(go.orders.filter(({ path }) => path.endsWith("unload"))).toEqual([]);
    await unload(true);
    expect(go.loaded.size).toBe(0);
    end();
    await answer;
  });

  it("without its fingerprint answers requests, and its models stay as they are", async () => {
    go.loaded.add("llama");
    const { manage, stateOf, backend } = await seen({});
    expect(manage).toBeUndefined();
    expect(stateOf("llama")).toBeNull();
    expect(backend.health().health).toBe("healthy");
    expect(go.server.received.map(({ path }) => path)).toEqual(["/v1/models"]);
  });

  it("whose Management API is not there is well all the same", async () => {
    go.server.replies.delete(`GET /api/v1/nodes/${goFingerprint}/models`);
    const { stateOf, backend } = await seen();
    expect(backend.health().health).toBe("healthy");
    expect(stateOf("llama")).toBeNull();
  });
});

describe("a fingerprint in the configuration", () => {
  const entry = { id: "go", url: "http://127.0.0.1:8001", kind };

  it.each(["../x", "a/b", "", "a b", "x".repeat(200)])("is refused where it is none: %s", (fingerprint) => {
    expect(backendEntrySchema.safeParse({ ...entry, fingerprint }).success).toBe(false);
  });

  it("is refused for other kinds", () => {
    expect(backendEntrySchema.safeParse({ ...entry, fingerprint: goFingerprint }).success).toBe(true);
    const other = backendEntrySchema.safeParse({ ...entry, fingerprint: goFingerprint, kind: "router" });
    expect(other.error?.issues[0]?.path).toEqual(["fingerprint"]);
  });
});
