import { describe, expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { TopologyNode } from "../../../contract/mesh/topology.ts";
import type { NodeStatus } from "../../../contract/rpc/node.ts";
import { outsideTools } from "../../../contract/use-with/index.ts";
import { keyPlaceholder } from "../../../contract/use-with/tool-key.ts";
import { useWithViewSchema, useWithWordsSchema } from "../../../contract/webview/use-with.ts";
import { MeshStore } from "../../../extension/mesh/mesh-store.ts";
import { trialWords } from "../../../extension/use-with/trial-words.ts";
import { UseWithSession } from "../../../extension/use-with/use-with-session.ts";
import { useWithWords } from "../../../extension/use-with/use-with-words.ts";
import { FakeNodeConnection } from "../../support/fake-node-connection.ts";
import { topologyNode } from "../../support/topology-node.ts";
import { english } from "../../support/translate.ts";

const gateway = { url: "http://127.0.0.1:6374", keyFile: "/k", takenPort: null };
const key = "im-made-for-this-program";
const model = (modelId: string, part: Partial<TopologyNode> = {}) =>
  topologyNode({ id: `gpu/${modelId}`, kind: "model", label: modelId, modelId, capabilities: ["chat"], ...part });

function storeWith(...models: TopologyNode[]): MeshStore {
  const store = new MeshStore();
  store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
  const backend = topologyNode({ id: "gpu", kind: "backend", label: "gpu", backendKind: "vllm", privacy: "lan" });
  const edges = models.map(({ id }) => ({ id, from: "gpu", to: id }));
  store.topology.reset({ revision: 1, nodes: [backend, ...models], edges });
  store.setModels([]);
  // What the page reads of it is all that a test needs.
  store.setStatus({ gateway, keepsServing: false } as unknown as NodeStatus);
  return store;
}

const noMemory = { load: () => undefined, save: () => undefined };

function setUp(
  store = storeWith(model("large", { contextTokens: 65_536, capabilities: ["chat", "tools"] })),
  memory?: unknown,
) {
  const kept: unknown[] = [];
  const copied: string[] = [];
  const told: string[] = [];
  const errors: unknown[] = [];
  const trial = Promise.withResolvers<unknown>();
  const node = new FakeNodeConnection({
    "keys/list": () => ({ keys: [{ name: "continue" }] }),
    "keys/create": () => ({ key, summary: {} }),
    "tools/try": (_params: never, signal) =>
      new Promise((resolve, reject) => {
        trial.promise.then(resolve, reject);
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  const session = new UseWithSession({
    store,
    connect: async () => node,
    shell: () => "sh",
    copy: async (text) => void copied.push(text),
    onError: (error) => void errors.push(error),
    memory: { load: () => memory, save: (choice) => void kept.push(choice) },
    t: english,
  });
  session.onDidTell((message) => told.push(message));
  return { store, session, node, copied, told, errors, trial, kept };
}

describe("the page Use with…", () => {
  it.each(outsideTools)(
    "shows $label with the real address and model, within the contract",
    async ({ id, address }) => {
      const { session } = setUp();
      await session.do({ type: "chooseTool", tool: id });
      const { view } = session;
      expect(useWithViewSchema.safeParse(view).error).toBeUndefined();
      expect(view).toMatchObject({ tool: id, address: address(gateway.url), model: "large", warnings: [] });
      expect(view.snippets.length).toBeGreaterThan(0);
    },
  );

  it("has all its words", () => {
    expect(useWithWordsSchema.safeParse(useWithWords(english)).error).toBeUndefined();
  });

  it("offers models by the names that a program can send, and not the editor's own wishes", () => {
    const { session } = setUp(storeWith(model("a"), model("b")));
    expect(session.view.models.map(({ name }) => name)).toEqual(["auto", "a", "b"]);
  });

  it("comes back to what was chosen, while there is such a thing", async () => {
    const store = storeWith(model("a"), model("b"));
    const { session, kept } = setUp(store);
    await session.do({ type: "chooseTool", tool: "codex" });
    await session.do({ type: "chooseModel", model: "b" });
    expect(setUp(store, kept.at(-1)).session.view).toMatchObject({ tool: "codex", model: "b" });
    const withoutModel = setUp(store, { tool: "codex", model: "gone" });
    expect(withoutModel.session.view).toMatchObject({ tool: "codex", model: "a" });
    expect(setUp(store, { tool: "gone", model: "b" }).session.view).toMatchObject({ tool: "continue", model: "a" });
  });

  it("warns of a model that is too small or knows no functions, and only where that is known", async () => {
    const { session } = setUp(storeWith(model("small", { contextTokens: 4096 }), model("unknown")));
    await session.do({ type: "chooseTool", tool: "claude-code" });
    expect(session.view.warnings.join("\n")).toMatch(/about 65,536 tokens; this model has 4,096[\s\S]*functions/);
    await session.do({ type: "chooseModel", model: "unknown" });
    expect(session.view.warnings.join("\n")).not.toContain("4,096");
    await session.do({ type: "chooseTool", tool: "curl" });
    expect(session.view.warnings).toEqual([]);
  });

  it("says why there is nothing to copy while the node is not there", () => {
    const error = new MeshError("no_free_port", { firstPort: 1, lastPort: 2 });
    const store = new MeshStore();
    const { session } = setUp(store);
    const starts: [string, boolean][] = [];
    const states = [{ kind: "notStarted" }, { kind: "starting", isAgain: false }, { kind: "failed", error }] as const;
    for (const state of states) {
      store.setNodeState(state);
      starts.push([state.kind, session.view.notice?.startLabel !== null]);
    }
    expect(starts).toEqual([
      ["notStarted", true],
      ["starting", false],
      ["failed", true],
    ]);
    expect(session.view).toMatchObject({ address: null, snippets: [], model: null });
  });

  it("tells of another program on its port, and that the node does not stay", () => {
    const { store, session } = setUp();
    store.setStatus({ gateway: { ...gateway, takenPort: 6374 }, keepsServing: false } as unknown as NodeStatus);
    expect(session.view.notes.join("\n")).toMatch(/Port 6374 belongs to another[\s\S]*inference-mesh serve/);
  });
});

describe("the key of a program", () => {
  it("is never in what is shown, unless asked for, and always in what is copied", async () => {
    const { session, node, copied, told } = setUp();
    await session.do({ type: "copy", snippet: 0 });
    expect(copied[0]).toContain(keyPlaceholder);
    await session.do({ type: "createKey" });
    expect(node.sent.find(({ method }) => method === "keys/create")?.params).toEqual({
      name: "continue-2",
      settings: {},
    });
    expect(JSON.stringify(session.view)).not.toContain(key);
    await session.do({ type: "copy", snippet: 0 });
    expect(copied[1]).toBe(copied[0]?.replace(keyPlaceholder, key));
    await session.do({ type: "showKey" });
    expect(session.view.key.shown).toBe(key);
    await session.do({ type: "chooseTool", tool: "curl" });
    await session.do({ type: "chooseTool", tool: "continue" });
    expect(session.view.key).toMatchObject({ isOwn: true, shown: null });
    expect(told).toContain("Copied");
  });

  it("is made once, and for this program alone", async () => {
    const { session, node } = setUp();
    await session.do({ type: "createKey" });
    await session.do({ type: "createKey" });
    expect(node.sent.filter(({ method }) => method === "keys/create")).toHaveLength(1);
    await session.do({ type: "chooseTool", tool: "codex" });
    expect(session.view.key.isOwn).toBe(false);
  });

  it("that could not be made is an error that the person sees", async () => {
    const { session, errors } = setUp();
    const failing = new UseWithSession({
      store: new MeshStore(),
      connect: async () => Promise.reject(new MeshError("node_not_running", {})),
      shell: () => "sh",
      copy: async () => undefined,
      onError: (error) => void errors.push(error),
      memory: noMemory,
      t: english,
    });
    await failing.do({ type: "createKey" });
    expect(errors).toHaveLength(1);
    expect(session.view.key.isOwn).toBe(false);
  });
});

describe("the test of a program", () => {
  it("is sent with the program's own key, and says what came", async () => {
    const { session, node, trial } = setUp();
    await session.do({ type: "createKey" });
    const running = session.do({ type: "test" });
    expect(session.view.trial.state).toBe("running");
    const url = `${gateway.url}/v1/chat/completions`;
    const answer = { backend: "gpu", model: "large", firstEventMs: 40, totalMs: 1200, text: "Hi", called: null };
    trial.resolve({ outcome: "answered", url, ...answer });
    await running;
    expect(node.sent.at(-1)).toEqual({ method: "tools/try", params: { tool: "continue", model: "large", key } });
    expect(session.view.trial).toEqual({
      state: "answered",
      message: "large at gpu answered: the first word after 40 ms, all of it after 1.2 s.",
      details: ["It said: Hi", `Sent to ${url}`],
    });
  });

  it("can be stopped, and then shows nothing of it", async () => {
    const { session } = setUp();
    const running = session.do({ type: "test" });
    await session.do({ type: "stopTest" });
    await running;
    expect(session.view.trial).toEqual({ state: "none" });
  });

  it("ends with the choice of another program", async () => {
    const { session } = setUp();
    const running = session.do({ type: "test" });
    await session.do({ type: "chooseTool", tool: "codex" });
    await running;
    expect(session.view).toMatchObject({ tool: "codex", trial: { state: "none" } });
  });

  it("that fails says what to do, in the editor's language where the error is known", () => {
    const failed = { outcome: "failed" as const, url: "http://x", status: 404, totalMs: 3 };
    const error = new MeshError("wrong_key", {}).toWire();
    expect(trialWords({ ...failed, error, message: "raw" }, english)).toMatchObject({
      state: "failed",
      message: expect.stringContaining("Copy the gateway's key again."),
    });
    expect(trialWords({ ...failed, error: null, message: "It broke." }, english)).toMatchObject({
      message: "It broke.",
      details: ["Sent to http://x", "The status was 404."],
    });
  });

  it("that cannot reach the node fails with its reason", async () => {
    const { session, trial } = setUp();
    trial.reject(new MeshError("node_lost", {}));
    await session.do({ type: "test" });
    expect(session.view.trial).toMatchObject({ state: "failed" });
  });
});
