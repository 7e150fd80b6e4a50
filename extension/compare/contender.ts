import type { Contender } from "../../contract/webview/compare-setup.ts";
import { choiceName, placeName } from "../chat/model-entry-words.ts";
import { askableModel, askableModels } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { bestPlace } from "../mesh/model-places.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";

/** A contender as people read it: harmless, short text. */
export interface ContenderWords {
  readonly label: string;
  /** Where it is; "" where the router chooses among several places. */
  readonly detail: string;
}

/** What a contender is called now, and where it is asked; one that has gone keeps its name. */
export function describeContender(store: MeshStore, contender: Contender, t: Translate): ContenderWords {
  const { onlyBackends = [] } = contender;
  const found = askableModel(askableModels(store), contender);
  const isOne = found?.kind !== "virtual" && found?.places.length === 1;
  const place = isOne ? bestPlace(found.places) : undefined;
  const where = place === undefined ? plainText(onlyBackends.join(", "), 60) : placeName(place, t);
  return { label: choiceName(store, contender, t), detail: where };
}

/** What the node is asked for, as things are now: one of the names that stand for others is ours alone. */
export const contenderToAsk = (store: MeshStore, contender: Contender): Contender =>
  askableModel(askableModels(store), contender)?.choice ?? contender;
