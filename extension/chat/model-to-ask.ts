import { isUsable, type MeshStore } from "../mesh/mesh-store.ts";

export interface Preferences {
  /** What the conversation has chosen. */
  readonly chosen: string | null;
  readonly fromSettings: string;
}

/**
 * The model that the next question goes to: the conversation's, the setting's, a loaded one, one's own before the demo.
 * While the node has not told of its models, the choice stands.
 */
export function modelToAsk(store: MeshStore, { chosen, fromSettings }: Preferences): string | null {
  if (store.models === undefined) return chosen;
  const usable = store.models.filter(isUsable);
  const choice =
    usable.find((model) => model.id === chosen) ??
    usable.find((model) => model.id === fromSettings) ??
    usable.find((model) => model.state === "loaded") ??
    usable.find((model) => !model.isDemo) ??
    usable[0];
  return choice?.id ?? null;
}
