import type { MeshStore } from "../../extension/mesh/mesh-store.ts";
import { isPromising, modelPlaces } from "../../extension/mesh/model-places.ts";
import { eventually } from "./test-node.ts";

/**
 * Waits until the editor's store shows this model at each of these backends, ready to answer. The node tells of changes
 * in the topology a moment after it lists what it found, and of each server when that server has answered.
 */
export async function untilPlaces(store: MeshStore, model: string, backends: readonly string[]): Promise<void> {
  const shown = (): string[] =>
    modelPlaces(store)
      .filter((place) => place.modelId === model && place.health !== "unknown" && isPromising(place))
      .map(({ backendId }) => backendId ?? "");
  const areThere = await eventually(() => backends.every((backend) => shown().includes(backend)));
  if (!areThere) throw new Error(`The store shows ${model} only at ${shown().join(", ") || "no backend"}.`);
}
