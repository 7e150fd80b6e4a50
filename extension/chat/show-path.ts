import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { AnswerRoute } from "./conversation.ts";

/**
 * What the topology shows of an answer's way: the model where it has answered last, its backend when the model is not there
 * any more. Undefined when neither is.
 */
export function answeredAt({ topology }: MeshStore, routes: readonly AnswerRoute[]): TopologyNode | undefined {
  const last = routes.findLast(({ backend }) => backend !== null);
  if (last === undefined) return undefined;
  const model = topology
    .ofKind("model")
    .find(({ backendId, modelId }) => backendId === last.backend && modelId === last.model);
  return model ?? topology.ofKind("backend").find(({ backendId }) => backendId === last.backend);
}
