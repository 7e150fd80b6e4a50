import type { ShownAlias } from "../../contract/mesh/alias.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import { MeshStore } from "../../extension/mesh/mesh-store.ts";
import { topologyNode } from "./topology-node.ts";

const backend = (id: string, part: Partial<TopologyNode>): TopologyNode =>
  topologyNode({ id, kind: "backend", label: `${id} box`, backendId: id, ...part });

/** A model at a backend of `meshWith`: `engine`, `gpu`, `cloud`, or `off`, which a person has turned off. */
export const placeAt = (at: string, modelId: string, part: Partial<TopologyNode> = {}): TopologyNode =>
  topologyNode({
    id: `${at}/${modelId}`,
    kind: "model",
    label: modelId,
    modelId,
    backendId: at,
    capabilities: ["chat"],
    ...part,
  });

/** A name for models wherever they are. */
export const aliasOf = (name: string, models: readonly string[], part: Partial<ShownAlias> = {}): ShownAlias => ({
  name,
  privacy: null,
  targets: models.map((model) => ({ model, backends: null })),
  ...part,
});

/** What a window knows of a ready node whose models are at these places. */
export function meshWith(places: readonly TopologyNode[], aliases: ShownAlias[] = []): MeshStore {
  const store = new MeshStore();
  store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
  const nodes = [
    topologyNode({ id: "desk", kind: "node", aliases }),
    backend("engine", { backendKind: "local-engine", privacy: "local" }),
    backend("gpu", { backendKind: "openai-compatible", privacy: "lan", url: "http://10.0.0.2" }),
    backend("cloud", { backendKind: "openai", privacy: "cloud", url: "https://api.example" }),
    backend("off", { backendKind: "openai-compatible", privacy: "lan", health: "disabled" }),
    ...places,
  ];
  const edges = places.map(({ id, backendId }) => ({ id, from: backendId ?? "", to: id }));
  store.topology.reset({ revision: 1, nodes, edges });
  store.setModels([]);
  return store;
}
