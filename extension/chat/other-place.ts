import { askableModels } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { isPromising, isWithin } from "../mesh/model-places.ts";
import type { ModelChoice } from "./model-choice.ts";

/**
 * What to ask so that an answer goes on elsewhere than at this backend; null when no other place has the model. A
 * conversation that is tied to the backend is let go of it for this, but its words travel no further than to there.
 */
export function otherPlace(store: MeshStore, choice: ModelChoice, backend: string): ModelChoice | null {
  const { onlyBackends, ...free } = choice;
  const places =
    askableModels(store).find(({ kind, model }) => kind !== "pinned" && model === choice.model)?.places ?? [];
  const others = places.filter((place) => ![backend, null].includes(place.backendId) && isPromising(place));
  const tied = onlyBackends?.filter((each) => each !== backend) ?? [];
  if (tied.length > 0) return others.some(({ backendId }) => tied.includes(backendId ?? "")) ? choice : null;
  const left = onlyBackends === undefined ? null : places.find(({ backendId }) => backendId === backend)?.privacy;
  const privacy = choice.privacy ?? left ?? undefined;
  const isNear = privacy === undefined || others.some((place) => isWithin(place, privacy));
  if (others.length === 0 || !isNear) return null;
  return privacy === undefined ? free : { ...free, privacy };
}
