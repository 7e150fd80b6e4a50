import { describe, expect, it } from "vitest";
import type { ModelSummary } from "../../../../contract/mesh/model.ts";
import type { TopologyNode } from "../../../../contract/mesh/topology.ts";
import { meshBadge } from "../../../../extension/mesh/mesh-badge.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { statusWords } from "../../../../extension/mesh/status-words.ts";
import { type TreeEntry, thingsBelow, treeEntry } from "../../../../extension/mesh/tree-entries.ts";
import { modelSummary } from "../../../support/model-summary.ts";
import { topologyNode } from "../../../support/topology-node.ts";
import { english } from "../../../support/translate.ts";

function storeWith(models: readonly ModelSummary[]): MeshStore {
  const store = new MeshStore();
  store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
  const base = { privacy: "local" as const, openRequests: 0 };
  store.topology.reset({
    revision: 1,
    nodes: [
      topologyNode({ ...base, id: "n", kind: "node", label: "desk" }),
      topologyNode({
        ...base,
        id: "b",
        kind: "backend",
        label: "Local engine",
        backendKind: "local-engine",
        latencyMs: 41.6,
      }),
      ...models.map((model) =>
        topologyNode({
          ...base,
          id: `b/${model.id}`,
          kind: "model",
          label: model.displayName,
          modelId: model.id,
          modelState: model.state,
        }),
      ),
    ],
    edges: [
      { id: "1", from: "n", to: "b" },
      ...models.map((model) => ({ id: `e${model.id}`, from: "b", to: `b/${model.id}` })),
    ],
  });
  store.setModels(models);
  return store;
}
const treeEntries = (store: MeshStore, parent: string | undefined): TreeEntry[] =>
  thingsBelow(store, parent).map((thing) => treeEntry(store, thing, english));
const rows = (store: MeshStore, parent: string) =>
  treeEntries(store, parent).map(({ label, description, icon, contextValue }) => [
    label,
    description,
    icon,
    contextValue,
  ]);

describe("the tree", () => {
  it("shows the node, its backends and their models", () => {
    const store = storeWith([
      modelSummary({ id: "small" }),
      modelSummary({ id: "big", state: "loaded", contextTokens: 4096, openRequests: 2 }),
      modelSummary({ id: "slow", state: "loading", loadProgress: 0.42 }),
    ]);
    expect(treeEntries(store, undefined).map(({ label }) => label)).toEqual(["desk"]);
    expect(rows(store, "n")).toEqual([["Local engine", "42 ms to first byte", "server-process", "backend"]]);
    expect(rows(store, "b")).toEqual([
      ["small", "not loaded · 1.5 MB · Q4_K_M", "circle-large-outline", "model.available"],
      ["big", "loaded · 2 open · 1.5 MB · Q4_K_M · 4096 tokens of context", "pass-filled", "model.loaded"],
      ["slow", "loading, 42 % · 1.5 MB · Q4_K_M", "loading~spin", "model.loading"],
    ]);
  });

  it("says of a server how it is, then what answers there, and draws its kind", () => {
    const store = storeWith([modelSummary({ id: "small" })]);
    const server = (id: string, part: Partial<TopologyNode>): TopologyNode =>
      topologyNode({ id, kind: "backend", label: id, backendId: id, url: "http://gpu01", ...part });
    const node = topologyNode({ id: "n", kind: "node", label: "desk" });
    const servers = [
      server("gpu", { backendKind: "openai-compatible", program: { id: "vllm", version: "0.11.0" } }),
      server("gone", { backendKind: "openai-compatible", health: "unhealthy" }),
      server("claude", { backendKind: "anthropic" }),
    ];
    store.topology.reset({
      revision: 1,
      nodes: [node, ...servers],
      edges: servers.map(({ id }) => ({ id, from: "n", to: id })),
    });
    expect(rows(store, "n")).toEqual([
      ["gpu", "vLLM 0.11.0", "server-process", "server.on"],
      ["gone", "unhealthy · OpenAI-compatible server", "error", "server.on"],
      ["claude", "Anthropic", "cloud", "server.on"],
    ]);
  });

  it("is empty, for its welcome, when there is no node or nothing to chat with", () => {
    const store = storeWith([modelSummary({ id: "embedder", canChat: false })]);
    expect(treeEntries(store, undefined)).toEqual([]);
    store.setNodeState({ kind: "stopped" });
    expect(treeEntries(store, undefined)).toEqual([]);
  });

  it("follows the topology, which tells of a change before the list of models is read again", () => {
    const store = storeWith([modelSummary({ id: "small", state: "loaded" })]);
    store.topology.apply({
      from: 1,
      to: 2,
      putNodes: store.topology.ofKind("model").map((model) => ({ ...model, modelState: "available" as const })),
      putEdges: [],
      removeNodes: [],
      removeEdges: [],
    });
    expect(rows(store, "b")).toEqual([
      ["small", "not loaded · 1.5 MB · Q4_K_M", "circle-large-outline", "model.available"],
    ]);
  });

  it("shows on the node that its configuration file is not valid, and why, until it is mended", () => {
    const store = storeWith([modelSummary({ id: "small" })]);
    const [node] = store.topology.ofKind("node");
    if (node === undefined) throw new Error("there is no node");
    const say = (problem: { line: number; column: number; reason: string } | null): void => {
      const configuration = { problem, needsRestart: [] };
      store.topology.reset({ revision: 2, nodes: [{ ...node, configuration }], edges: [] });
    };
    say({ line: 3, column: 1, reason: "gateway.port: wrong at line 3, column 1" });
    expect(treeEntries(store, undefined)).toMatchObject([
      {
        description: "this machine · configuration not valid",
        icon: "warning",
        details: expect.arrayContaining(["gateway.port: wrong at line 3, column 1"]),
      },
    ]);
    say(null);
    expect(treeEntries(store, undefined)[0]?.description).toBe("this machine");
  });

  it("names a model as people do, and asks for it as requests do", () => {
    const store = storeWith([modelSummary({ id: "tiny-q4", displayName: "Tiny Chat" })]);
    expect(treeEntries(store, "b")[0]).toMatchObject({ label: "Tiny Chat", modelId: "tiny-q4" });
  });

  it("explains a model that cannot be used", () => {
    const problem = { code: "model_file_not_gguf", params: { path: "/models/page.gguf" } };
    const store = storeWith([modelSummary({ id: "page", state: "failed", problem }), modelSummary({ id: "fine" })]);
    const [page] = treeEntries(store, "b");
    expect(page?.icon).toBe("error");
    expect(page?.details.join(" ")).toContain("is not a GGUF model file");
  });

  it("tells in a loaded model's tooltip what it costs and how long it stays", () => {
    const unloadsAt = "2026-01-02T03:04:05.000Z";
    const store = storeWith([modelSummary({ id: "small", state: "loaded", memoryBytes: 431_000_000, unloadsAt })]);
    const details = treeEntries(store, "b")[0]?.details ?? [];
    expect(details).toContain("431 MB of memory");
    expect(details.some((line) => /^Unloaded at \S.* unless it is used$/.test(line))).toBe(true);
  });

  it("draws a hostile name as one short harmless line", () => {
    const name = `\u202egpj.\u0000<img src=x onerror=alert(1)>$(bug)[x](command:a)${"A".repeat(10_000)}`;
    const store = storeWith([modelSummary({ id: name, displayName: name, state: "loaded" })]);
    const [row] = treeEntries(store, "b");
    expect(row?.label.length).toBeLessThanOrEqual(80);
    const { text, spoken } = statusWords(store, english);
    for (const drawn of [row?.label ?? "", text.replace(/^\$\(vm-active\)/, ""), spoken]) {
      expect(drawn).not.toMatch(/[\p{Cc}\p{Cf}]|\$\(|\]\(/u);
    }
    expect(text.length).toBeLessThan(60);
  });
});

describe("the status bar", () => {
  it("names the loaded model, and how many more there are", () => {
    expect(statusWords(storeWith([modelSummary({ id: "a" })]), english).text).toBe("$(vm-active) no model loaded");
    const two = [modelSummary({ id: "a", state: "loaded" }), modelSummary({ id: "b", state: "loaded" })];
    expect(statusWords(storeWith(two), english).text).toBe("$(vm-active) a +1");
  });

  it("says less where the person wants less, and all of it aloud", () => {
    const store = storeWith([modelSummary({ id: "a", state: "loaded" })]);
    expect(statusWords(store, english, "nodes").text).toBe("$(vm-active) 1/1");
    const icon = statusWords(store, english, "icon");
    expect(icon.text).toBe("$(vm-active)");
    expect(icon.spoken).toContain("a");
  });
});

describe("rows of servers", () => {
  const withServer = (part: Partial<TopologyNode>) => {
    const store = storeWith([]);
    const server = {
      id: "s",
      kind: "backend" as const,
      label: "gpu",
      backendId: "gpu",
      url: "http://gpu:8000",
      ...part,
    };
    const facts = { contextTokens: 8192, capabilities: ["chat" as const], artifact: "sha256:1", capacity: 4 };
    store.topology.reset({
      revision: 2,
      nodes: [
        topologyNode({ id: "n", kind: "node" }),
        topologyNode(server),
        topologyNode({ id: "s/m", kind: "model", label: "m", modelId: "m", backendId: "gpu", ...facts }),
      ],
      edges: [
        { id: "1", from: "n", to: "s" },
        { id: "2", from: "s", to: "s/m" },
      ],
    });
    return store;
  };

  it("are there where this machine has no model of its own", () => {
    expect(treeEntries(withServer({}), undefined)).toHaveLength(1);
  });

  it.each([
    ["healthy", "server.on"],
    ["unhealthy", "server.on"],
    ["disabled", "server.off"],
    ["draining", "server.off"],
  ] as const)("of one that is %s offer what can be done with it", (health, contextValue) => {
    const [row] = treeEntries(withServer({ health }), "n");
    expect(row).toMatchObject({ contextValue, backendId: "gpu" });
  });

  it("say where it is, and what its models can do", () => {
    const store = withServer({ health: "unhealthy", reason: "connection refused" });
    expect(treeEntries(store, "n")[0]?.details).toEqual(
      expect.arrayContaining(["http://gpu:8000", "connection refused"]),
    );
    expect(treeEntries(store, "s")[0]?.details).toEqual(
      expect.arrayContaining(["8192 tokens of context", "4 requests at once", "chat", "sha256:1"]),
    );
  });

  it("are counted on the view's icon while they do not answer", () => {
    expect(meshBadge(withServer({}), english)).toBeUndefined();
    expect(meshBadge(withServer({ health: "unhealthy" }), english)?.value).toBe(1);
  });
});
