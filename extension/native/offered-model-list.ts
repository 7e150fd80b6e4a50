import * as z from "zod";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { Emitter } from "../platform/emitter.ts";
import type { Translate } from "../platform/translate.ts";
import type { SettingValue } from "../settings/declarations.ts";
import { type OfferedModel, offeredModelSchema, offeredModels } from "./offered-models.ts";

export interface OfferedModelListOptions {
  readonly store: MeshStore;
  readonly t: Translate;
  /** Which of them the person wants to see in the editor's own chat. */
  readonly shows: () => SettingValue<"inferenceMesh.nativeChat.models">;
  /** The list as an earlier window has kept it. */
  readonly memory: { readonly load: () => unknown; readonly save: (models: readonly OfferedModel[]) => void };
}

/** The models that are offered now: as the node tells them, and while there is none as it last did. */
export class OfferedModelList {
  readonly #options: OfferedModelListOptions;
  readonly #didChange = new Emitter<void>();
  readonly #changes: { dispose(): void };
  #models: readonly OfferedModel[];

  /** Fires when the mesh has gained or lost a model, or one of them is another than before. */
  readonly onDidChange = this.#didChange.event;

  constructor(options: OfferedModelListOptions) {
    this.#options = options;
    this.#models = z.array(offeredModelSchema).safeParse(options.memory.load()).data ?? [];
    this.#changes = options.store.onDidChange(() => this.look());
  }

  get models(): readonly OfferedModel[] {
    return this.#models;
  }

  /** Takes the node's list over. True when it has told of one. */
  look(): boolean {
    const { store, t, memory, shows } = this.#options;
    const wish = shows();
    const models = offeredModels(store, t)?.filter(({ isOwn }) => wish === "all" || (wish === "own" && isOwn));
    if (models === undefined) return false;
    // The store changes with every request; the editor asks all its providers anew for each change of this one.
    if (JSON.stringify(models) === JSON.stringify(this.#models)) return true;
    this.#models = models;
    memory.save(models);
    this.#didChange.fire();
    return true;
  }

  dispose(): void {
    this.#changes.dispose();
  }
}
