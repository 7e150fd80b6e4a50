import { describe, expect, it } from "vitest";
import type { TopologyNode } from "../../../../contract/mesh/topology.ts";
import { contenderToAsk, describeContender } from "../../../../extension/compare/contender.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { topologyNode } from "../../../support/topology-node.ts";
import { english } from "../../../support/translate.ts";

/** Servers of the network, each with its models. */
function meshOf(servers: Readonly<Record<string, readonly Partial<TopologyNode>[]>>): MeshStore {
  const store = new MeshStore();
  store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
  const nodes: TopologyNode[] = [];
  const edges: { id: string; from: string; to: string }[] = [];
  for (const [backendId, models] of Object.entries(servers)) {
    const label = `The ${backendId}`;
    nodes.push(topologyNode({ id: backendId, kind: "backend", backendId, label, privacy: "lan" }));
    for (const model of models) {
      const id = `${backendId}/${model.modelId}`;
      nodes.push(topologyNode({ id, kind: "model", backendId, label: model.modelId ?? "", ...model }));
      edges.push({ id, from: backendId, to: id });
    }
  }
  store.topology.reset({ revision: 1, nodes, edges });
  store.setModels([]);
  return store;
}

describe("a contender", () => {
  const store = meshOf({ desk: [{ modelId: "qwen" }, { modelId: "phi" }], gpu: [{ modelId: "qwen" }] });

  it("is told with its place, where it has one alone or keeps to one", () => {
    expect(describeContender(store, { model: "phi" }, english)).toEqual({ label: "phi", detail: "The desk" });
    expect(describeContender(store, { model: "qwen" }, english)).toEqual({ label: "qwen", detail: "" });
    const pinned = { model: "qwen", onlyBackends: ["gpu"] };
    expect(describeContender(store, pinned, english)).toEqual({ label: "qwen", detail: "The gpu" });
  });

  it("keeps its name when it has gone, and is asked for by that", () => {
    const gone = { model: "gone", onlyBackends: ["away"] };
    expect(describeContender(store, gone, english)).toEqual({ label: "gone", detail: "away" });
    expect(contenderToAsk(store, gone)).toEqual(gone);
  });

  it("that stands for others is called so, and asked for as what it is now", () => {
    const large = meshOf({ gpu: [{ modelId: "small-1b" }, { modelId: "big-70b" }] });
    expect(describeContender(large, { model: "auto#largest" }, english).label).toBe("Largest");
    expect(contenderToAsk(large, { model: "auto#largest" })).toEqual({ model: "big-70b", privacy: "lan" });
  });

  it("is shown without what names can hide", () => {
    const odd = meshOf({ gpu: [{ modelId: "m", label: "a\u202eb $(error)" }] });
    expect(describeContender(odd, { model: "m" }, english).label).toBe("a b $ (error)");
  });
});
