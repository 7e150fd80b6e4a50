import { describe, expect, it } from "vitest";
import type { TopologyNode } from "../../../../contract/mesh/topology.ts";
import {
  contenderGroups,
  contenderKey,
  contenderOf,
  describeContender,
} from "../../../../extension/compare/contender.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { topologyNode } from "../../../support/topology-node.ts";
import { english } from "../../../support/translate.ts";

type Served = Partial<TopologyNode> & { modelId: string };

/** A mesh of these servers, each with its models. */
function meshOf(servers: Readonly<Record<string, readonly Served[]>>, part: Partial<TopologyNode> = {}): MeshStore {
  const store = new MeshStore();
  store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
  const nodes: TopologyNode[] = [];
  const edges: { id: string; from: string; to: string }[] = [];
  for (const [backendId, models] of Object.entries(servers)) {
    nodes.push(topologyNode({ id: backendId, kind: "backend", backendId, label: `The ${backendId}`, ...part }));
    for (const model of models) {
      const id = `${backendId}/${model.modelId}`;
      nodes.push(topologyNode({ id, kind: "model", backendId, label: model.modelId, ...model }));
      edges.push({ id, from: backendId, to: id });
    }
  }
  store.topology.reset({ revision: 1, nodes, edges });
  store.setModels([]);
  return store;
}

const titles = (store: MeshStore) =>
  contenderGroups(store, english).map(({ title, contenders }) => [title, ...contenders.map(({ label }) => label)]);

describe("who can be compared", () => {
  it("is what the mesh chooses, then each model at each place", () => {
    const store = meshOf({ desk: [{ modelId: "qwen" }, { modelId: "phi" }], gpu: [{ modelId: "qwen" }] });
    expect(titles(store)).toEqual([
      ["The mesh chooses the place", "Mesh Auto", "Mesh Fastest", "qwen"],
      ["The desk", "qwen", "phi"],
      ["The gpu", "qwen"],
    ]);
    const all = contenderGroups(store, english).flatMap(({ contenders }) => contenders);
    expect(new Set(all.map(({ contender }) => contenderKey(contender))).size).toBe(all.length);
  });

  it("is nobody who cannot chat or is turned off, and nobody before the node has told", () => {
    const models = [
      { modelId: "embedder", capabilities: ["embeddings" as const] },
      { modelId: "off", health: "disabled" as const },
    ];
    expect(titles(meshOf({ desk: models }))).toEqual([]);
    expect(contenderGroups(new MeshStore(), english)).toEqual([]);
  });

  it("is told with its state, and with why its place is ill", () => {
    const store = meshOf(
      { gpu: [{ modelId: "m", contextTokens: 4096, modelState: "available" }] },
      { health: "unhealthy", reason: "no answer", privacy: "lan" },
    );
    const placed = contenderGroups(store, english).at(-1)?.contenders[0];
    expect(placed).toMatchObject({
      health: "unhealthy",
      detail: "not loaded · 4096 tokens of context · network · no answer",
    });
  });

  it("is shown without what names can hide", () => {
    const store = meshOf({ gpu: [{ modelId: "m", label: "a\u202eb $(error)" }] });
    expect(describeContender(store, { model: "m", backend: "gpu" }, english)).toEqual({
      label: "a b $ (error)",
      detail: "The gpu",
    });
  });

  it("is meant by a row of the tree, by a thing of the topology, and by no other", () => {
    const store = meshOf({ desk: [{ modelId: "qwen" }, { modelId: "phi" }], gpu: [{ modelId: "qwen" }] });
    expect(contenderOf(store, { id: "gpu/qwen", modelId: undefined })).toEqual({ model: "qwen", backend: "gpu" });
    expect(contenderOf(store, { modelId: "phi", backendId: undefined })).toEqual({ model: "phi", backend: "desk" });
    expect(contenderOf(store, { modelId: "qwen" })).toEqual({ model: "qwen" });
    expect(contenderOf(store, { id: "gpu", backendId: "gpu" })).toBeUndefined();
    expect(contenderOf(store, undefined)).toBeUndefined();
  });
});
