import type { MeshStore } from "../mesh/mesh-store.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { ghostModel } from "./ghost-models.ts";

/** How ghost text stands for the document in front. */
export interface GhostStanding {
  readonly languageId: string;
  readonly isOn: boolean;
  /** False for files that hold secrets or are hidden, and for what is no file. */
  readonly isReadable: boolean;
  /** The model that a person has named, or "". */
  readonly model: string;
}

/** One line of the status bar's tooltip; undefined while there is nothing in front that could have ghost text. */
export function ghostWords(store: MeshStore, standing: GhostStanding | undefined, t: Translate): string | undefined {
  if (standing === undefined) return undefined;
  const language = plainText(standing.languageId, 40);
  if (!standing.isOn) return t("Ghost text: off for {0}", { 0: language });
  if (!standing.isReadable) return t("Ghost text: off for this file");
  if (store.nodeState.kind !== "ready") return t("Ghost text: on for {0}, once the node runs", { 0: language });
  const model = ghostModel(store, standing.model);
  if (model === null)
    return t("Ghost text: on for {0}, but no model that fills in the middle is loaded", { 0: language });
  const values = { 0: language, 1: plainText(model.name, 40) };
  return model.isUnloaded
    ? t("Ghost text: on for {0}, but {1} is not loaded", values)
    : t("Ghost text: on for {0}, by {1}", values);
}
