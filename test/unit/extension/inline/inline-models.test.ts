import { describe, expect, it } from "vitest";
import { inlineModel, inlineModels } from "../../../../extension/inline/inline-models.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { modelSummary } from "../../../support/model-summary.ts";
import { topologyNode } from "../../../support/topology-node.ts";

function mesh(): MeshStore {
  const store = new MeshStore();
  store.setModels([
    modelSummary({ id: "own", displayName: "Own", contextTokens: 2048 }),
    modelSummary({ id: "vectors", canChat: false }),
  ]);
  const model = { kind: "model" } as const;
  store.topology.reset({
    revision: 1,
    nodes: [
      topologyNode({ id: "engine", kind: "backend", backendKind: "local-engine" }),
      topologyNode({ id: "gpu", kind: "backend", label: "gpu box", backendKind: "openai-compatible" }),
      topologyNode({ ...model, id: "engine/own", modelId: "own" }),
      topologyNode({ ...model, id: "gpu/own", modelId: "own" }),
      topologyNode({ ...model, id: "gpu/coder", modelId: "coder", contextTokens: 4096 }),
      topologyNode({ ...model, id: "gpu/rank", modelId: "rank", capabilities: ["rerank"] }),
    ],
    edges: [
      { id: "1", from: "engine", to: "engine/own" },
      { id: "2", from: "gpu", to: "gpu/own" },
      { id: "3", from: "gpu", to: "gpu/coder" },
      { id: "4", from: "gpu", to: "gpu/rank" },
    ],
  });
  return store;
}

describe("models for inline chat", () => {
  it("are this machine's and its servers', each name once, and only those that can chat", () => {
    expect(inlineModels(mesh())).toEqual([
      { id: "own", name: "Own", server: null, contextTokens: 2048 },
      { id: "coder", name: "gpu/coder", server: "gpu box", contextTokens: 4096 },
    ]);
  });

  it("are none while the node has not told", () => {
    expect(inlineModels(new MeshStore())).toEqual([]);
    expect(inlineModel([], "own", "own")).toBeUndefined();
  });

  it("the one that was chosen is asked; when it has gone, the chat's", () => {
    const models = inlineModels(mesh());
    expect(inlineModel(models, "coder", "own")?.id).toBe("coder");
    expect(inlineModel(models, "gone", "coder")?.id).toBe("coder");
    expect(inlineModel(models, null, null)?.id).toBe("own");
  });
});
