import { describe, expect, it } from "vitest";
import type { TopologyNode } from "../../../../contract/mesh/topology.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { offeredModels } from "../../../../extension/native/offered-models.ts";
import { aliasOf } from "../../../support/mesh-with.ts";
import { topologyNode } from "../../../support/topology-node.ts";
import { english } from "../../../support/translate.ts";

const backend = (id: string, kind: string, privacy: TopologyNode["privacy"]) =>
  topologyNode({ id, kind: "backend", label: id, backendKind: kind, privacy });
const model = (at: string, modelId: string, part: Partial<TopologyNode> = {}) =>
  topologyNode({ id: `${at}/${modelId}`, kind: "model", label: modelId, modelId, capabilities: ["chat"], ...part });

function storeWith(models: readonly TopologyNode[], nodes: readonly TopologyNode[] = []): MeshStore {
  const store = new MeshStore();
  store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
  const backends = [backend("engine", "local-engine", "local"), backend("gpu", "vllm", "lan"), ...nodes];
  const edges = models.map(({ id }) => ({ id, from: id.split("/")[0] ?? "", to: id }));
  store.topology.reset({ revision: 1, nodes: [...backends, ...models], edges });
  store.setModels([]);
  return store;
}
const offer = (...models: TopologyNode[]) => offeredModels(storeWith(models), english) ?? [];
const find = (models: ReturnType<typeof offer>, id: string) => models.find((each) => each.id === id);

describe("the models for the editor's own chat", () => {
  it("are not known before the node has told of them", () => {
    expect(offeredModels(new MeshStore(), english)).toBeUndefined();
  });

  it("are none where there is none, not even one that stands for others", () => {
    expect(offer(model("gpu", "vectors", { capabilities: ["embeddings"] }))).toEqual([]);
  });

  it("begin with those that stand for others, which the router knows by wishes", () => {
    const models = offer(model("engine", "small"), model("gpu", "large", { contextTokens: 8192 }));
    expect(models.map(({ id, model: asked, strategy, privacy }) => [id, asked, strategy, privacy])).toEqual([
      ["auto", "auto", undefined, undefined],
      ["auto#fastest", "auto", "least-latency", undefined],
      ["auto#local", "auto", undefined, "local"],
      ["auto#largest", "large", undefined, "lan"],
      ["small", "small", undefined, undefined],
      ["large", "large", undefined, undefined],
    ]);
  });

  it("hold a person's aliases: of one model with what that takes, of several with what any of them takes", () => {
    const models = [model("engine", "m", { contextTokens: 4096 }), model("gpu", "n", { contextTokens: 32_768 })];
    const aliases = [aliasOf("one", ["m"]), aliasOf("both", ["m", "n"])];
    const offered =
      offeredModels(storeWith(models, [topologyNode({ id: "desk", kind: "node", aliases })]), english) ?? [];
    expect(find(offered, "one")).toMatchObject({ name: "one", detail: "Alias of m", contextTokens: 4096, isOwn: true });
    expect(find(offered, "both")).toMatchObject({
      model: "both",
      detail: "Alias of m, n",
      tooltip: "Alias of m, n\nTokens are estimated.",
      contextTokens: 32_768,
      isOwn: false,
    });
  });

  it("offer none for this machine only where this machine has none", () => {
    expect(find(offer(model("gpu", "large")), "auto#local")).toBeUndefined();
  });

  it("have the context of the place that takes least, and those that stand for others of the one that takes most", () => {
    const models = offer(model("engine", "m", { contextTokens: 4096 }), model("gpu", "m", { contextTokens: 32_768 }));
    expect(find(models, "m")?.contextTokens).toBe(4096);
    expect(find(models, "auto")?.contextTokens).toBe(32_768);
    expect(find(models, "auto#local")?.contextTokens).toBe(4096);
  });

  it("say so where the context or the tokens are not known exactly", () => {
    const models = offer(model("engine", "own", { contextTokens: 4096 }), model("gpu", "far"));
    expect(find(models, "own")?.tooltip).toContain("Tokens are counted exactly");
    expect(find(models, "far")?.tooltip).toMatch(/4096 tokens are assumed[\s\S]*Tokens are estimated/);
  });

  it("call functions and see images only where every place of the name can", () => {
    const able = { capabilities: ["chat", "tools", "vision"] as TopologyNode["capabilities"] };
    const models = offer(model("engine", "m"), model("gpu", "m", able), model("gpu", "able", able));
    expect(find(models, "m")).toMatchObject({ knowsTools: false, seesImages: false, isOwn: false });
    expect(find(models, "able")).toMatchObject({ knowsTools: true, seesImages: true });
  });

  it("are one for each name, also where a server's model is called like one that stands for others", () => {
    const models = offer(model("gpu", "auto"), model("engine", "m"), model("gpu", "m"));
    const ids = models.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
