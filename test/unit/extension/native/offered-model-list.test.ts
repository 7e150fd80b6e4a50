import { describe, expect, it } from "vitest";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { OfferedModelList } from "../../../../extension/native/offered-model-list.ts";
import type { OfferedModel } from "../../../../extension/native/offered-models.ts";
import { offeredModel } from "../../../support/offered-model.ts";
import { topologyNode } from "../../../support/topology-node.ts";
import { english } from "../../../support/translate.ts";

function list(kept?: unknown, shows: "all" | "own" | "none" = "all") {
  const store = new MeshStore();
  const saved: (readonly OfferedModel[])[] = [];
  const offered = new OfferedModelList({
    store,
    t: english,
    shows: () => shows,
    memory: { load: () => kept, save: (models) => saved.push(models) },
  });
  let changes = 0;
  offered.onDidChange(() => changes++);
  return {
    store,
    saved,
    offered,
    names: () => offered.models.filter(({ model }) => model !== "auto").map(({ id }) => id),
    changes: () => changes,
    /** The node tells of these models. */
    tell: (...names: string[]) => {
      store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
      const nodes = names.map((name) => topologyNode({ id: name, kind: "model", modelId: name, openRequests: 1 }));
      store.topology.reset({ revision: 1, nodes, edges: [] });
      store.setModels([]);
    },
  };
}

describe("the list of models for the editor's own chat", () => {
  it("has this machine's own or none where the person wants no more there", () => {
    for (const [shows, names] of [
      ["own", []],
      ["none", []],
      ["all", ["a"]],
    ] as const) {
      const t = list(undefined, shows);
      t.tell("a");
      t.offered.look();
      expect(t.names().filter((id) => !id.startsWith("auto"))).toEqual(names);
    }
    const own = list(undefined, "own");
    own.store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
    const engine = topologyNode({ id: "e", kind: "backend", backendKind: "local-engine", privacy: "local" });
    const model = topologyNode({ id: "e/a", kind: "model", modelId: "a" });
    own.store.topology.reset({ revision: 1, nodes: [engine, model], edges: [{ id: "x", from: "e", to: "e/a" }] });
    own.store.setModels([]);
    expect(own.names()).toContain("a");
  });

  it("tells of each model that the mesh gains or loses, and keeps the list", () => {
    const t = list();
    t.tell("a");
    t.tell("a", "b");
    expect(t.names()).toEqual(["a", "b"]);
    t.tell("b");
    expect(t.names()).toEqual(["b"]);
    expect(t.changes()).toBe(3);
    expect(t.saved.at(-1)).toEqual(t.offered.models);
  });

  it("tells nothing while only requests come and go", () => {
    const t = list();
    t.tell("a");
    t.tell("a");
    t.store.topologyChanged();
    expect(t.changes()).toBe(1);
  });

  it("is the last one while no node runs, also of an earlier window", () => {
    const t = list([offeredModel({ id: "kept" })]);
    expect(t.names()).toEqual(["kept"]);
    t.tell("a");
    t.store.setNodeState({ kind: "stopped" });
    expect(t.names()).toEqual(["a"]);
  });

  it("begins empty where what was kept cannot be read", () => {
    expect(list([{ id: 3 }]).names()).toEqual([]);
    expect(list("nonsense").names()).toEqual([]);
  });

  it("hears nothing any more once it is disposed", () => {
    const t = list();
    t.offered.dispose();
    t.tell("a");
    expect(t.changes()).toBe(0);
  });
});
