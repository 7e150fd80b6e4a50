import type { ModelSummary } from "../../contract/mesh/model.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import { chooseModel } from "./choose-model.ts";

/**
 * The model for a tool when a person names none: one of this machine's own before those of servers, and these before the
 * demo.
 *
 * @throws MeshError `unknown_model` when nothing can chat
 */
export function chooseMeshModel(own: readonly ModelSummary[], things: readonly TopologyNode[]): string {
  const isDemoOnly = !own.some(({ canChat, isDemo, state }) => canChat && !isDemo && state !== "failed");
  const remote = things.find(
    ({ kind, modelId, health, capabilities }) =>
      kind === "model" &&
      modelId !== null &&
      health === "healthy" &&
      (capabilities?.includes("chat") ?? true) &&
      !own.some(({ id }) => id === modelId),
  );
  return isDemoOnly && remote?.modelId ? remote.modelId : chooseModel(own, "best").id;
}

/** The context of a model's smallest place, in tokens; null where nobody tells. */
export function contextOfModel(model: string, things: readonly TopologyNode[]): number | null {
  const places = things.filter(({ kind, modelId }) => kind === "model" && modelId === model);
  const known = places.map(({ contextTokens }) => contextTokens).filter((tokens) => tokens !== null);
  return known.length === 0 ? null : Math.min(...known);
}
