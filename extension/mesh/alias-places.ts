import type { ShownAlias } from "../../contract/mesh/alias.ts";
import type { MeshStore } from "./mesh-store.ts";
import { isWithin, type ModelPlace } from "./model-places.ts";

type Target = ShownAlias["targets"][number];

/** The names that a person has given to models of this window's node. */
export const shownAliases = (store: MeshStore): readonly ShownAlias[] =>
  store.topology.ofKind("node").flatMap(({ aliases }) => aliases ?? []);

/** Those of these places that may answer to a name, each once, in the order in which what it stands for is asked. */
export function aliasPlaces({ targets, privacy }: ShownAlias, places: readonly ModelPlace[]): ModelPlace[] {
  const near = places.filter((place) => privacy === null || isWithin(place, privacy));
  return [...new Set(targets.flatMap((target) => near.filter((place) => isMeant(place, target))))];
}

/** By its name, or by the beginning of its artifact with or without the name. */
function isMeant({ modelId, artifact, backendId }: ModelPlace, { model, backends }: Target): boolean {
  if (backends !== null && (backendId === null || !backends.includes(backendId))) return false;
  if (modelId === model) return true;
  const digest = model.startsWith(`${modelId}@`) ? model.slice(modelId.length + 1) : model;
  return digest.startsWith("sha256:") && artifact?.startsWith(digest) === true;
}
