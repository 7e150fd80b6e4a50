import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { ModelChoice } from "./model-choice.ts";

/**
 * What to ask so that an answer goes on elsewhere than at this backend; null when no other place has the model. A
 * conversation that is tied to the backend is let go of it for this, but its words travel no further than to there.
 */
export function otherPlace(store: MeshStore, choice: ModelChoice, backend: string): ModelChoice | null {
  const { onlyBackends, ...free } = choice;
  const models = store.topology.ofKind("model");
  const backends = store.topology.ofKind("backend");
  const backendOf = (id: string | null): TopologyNode | undefined => backends.find((each) => each.backendId === id);
  // Aliases and virtual models stand for any of them.
  const isPlain = models.some(({ modelId }) => modelId === choice.model);
  const others = models.filter(
    ({ modelId, backendId, health, capabilities }) =>
      backendId !== null &&
      backendId !== backend &&
      (!isPlain || modelId === choice.model) &&
      // Where nobody says what a model can do, chatting is what most can.
      (capabilities?.includes("chat") ?? true) &&
      isUp(health) &&
      isUp(backendOf(backendId)?.health),
  );
  const tied = onlyBackends?.filter((each) => each !== backend) ?? [];
  if (tied.length > 0) return others.some(({ backendId }) => tied.includes(backendId ?? "")) ? choice : null;
  if (others.length === 0) return null;
  const label = backendOf(backend)?.privacy ?? null;
  return onlyBackends === undefined || label === null ? free : { ...free, privacy: choice.privacy ?? label };
}

const isUp = (health: TopologyNode["health"] | undefined): boolean => health !== "disabled" && health !== "unhealthy";
