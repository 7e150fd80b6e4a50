import type { MeshStore } from "../mesh/mesh-store.ts";
import { isUsable } from "../mesh/mesh-store.ts";

/** A model that can be asked from the editor. */
export interface InlineModel {
  readonly id: string;
  /** As people call it; not cleaned. */
  readonly name: string;
  /** The server that it is at; null for this machine's own. Not cleaned. */
  readonly server: string | null;
  /** Tokens of one conversation; null where nobody tells, and of own models that are not loaded. */
  readonly contextTokens: number | null;
}

/** This machine's models, then those at its servers; a name counts once, as the router takes it for one model. */
export function inlineModels(store: MeshStore): InlineModel[] {
  const models = new Map<string, InlineModel>();
  for (const { id, displayName, contextTokens } of (store.models ?? []).filter(isUsable)) {
    models.set(id, { id, name: displayName, server: null, contextTokens });
  }
  for (const thing of store.topology.ofKind("model")) {
    const id = thing.modelId;
    const backend = store.topology.parentOf(thing.id);
    const cannotChat = thing.capabilities !== null && !thing.capabilities.includes("chat");
    if (id === null || models.has(id) || cannotChat || backend?.backendKind === "local-engine") continue;
    const { label: name, contextTokens } = thing;
    models.set(id, { id, name, server: backend?.label ?? null, contextTokens });
  }
  return [...models.values()];
}

/** The model that was chosen last, if it is still there; otherwise the one that the chat would ask. */
export function inlineModel(models: readonly InlineModel[], chosen: string | null, fallback: string | null) {
  return models.find(({ id }) => id === chosen) ?? models.find(({ id }) => id === fallback) ?? models[0];
}
