import type { ModelChoice } from "../chat/model-choice.ts";
import { type AskableModel, askableModel, askableModels, choiceKey } from "./askable-models.ts";
import type { MeshStore } from "./mesh-store.ts";

export interface Preferences {
  /** What was chosen, as it is kept. */
  readonly chosen: ModelChoice | null;
  /** A model's name or one that stands for others; "" where the settings say nothing. */
  readonly fromSettings: string;
}

/**
 * What the next question goes to: what was chosen, what the settings say, a loaded model, one's own, one of a server
 * nearby, the demo, and a cloud's at last. Null where there is none.
 *
 * A choice that keeps to places or to a label stands also when nobody there can answer: a question that was to stay near
 * goes nowhere else.
 */
export function modelToAsk(store: MeshStore, { chosen, fromSettings }: Preferences): AskableModel | null {
  const models = askableModels(store);
  const kept = askableModel(models, chosen);
  if (kept !== undefined) return kept;
  if (chosen !== null && hasLimits(chosen)) return gone(chosen);
  const named = models.filter(({ kind }) => kind === "routed");
  const isCloud = ({ places }: AskableModel): boolean => places.every(({ privacy }) => privacy === "cloud");
  const isDemo = ({ places }: AskableModel): boolean => places.every((place) => place.isDemo);
  const isOwn = ({ places }: AskableModel): boolean => places.some((place) => place.isOwn);
  return (
    models.find(({ model, kind }) => model === fromSettings && kind !== "pinned") ??
    named.find((each) => each.places.some((place) => place.isOwn && place.state === "loaded")) ??
    named.find((each) => isOwn(each) && !isDemo(each)) ??
    named.find((each) => !isCloud(each) && !isDemo(each)) ??
    named.find(isDemo) ??
    named[0] ??
    null
  );
}

/** The same, as the node is asked. While it has not told of its models, the choice stands. */
export function choiceToAsk(store: MeshStore, preferences: Preferences): ModelChoice | null {
  if (store.models === undefined) return preferences.chosen === null ? null : whileUnknown(preferences.chosen);
  return modelToAsk(store, preferences)?.choice ?? null;
}

const hasLimits = ({ privacy, onlyBackends }: ModelChoice): boolean =>
  privacy !== undefined || onlyBackends !== undefined;

const gone = (kept: ModelChoice): AskableModel => ({
  key: choiceKey(kept),
  ...(kept.onlyBackends === undefined && kept.model === "auto"
    ? { kind: "virtual", model: "auto#local" }
    : { kind: "pinned", model: kept.model }),
  kept,
  choice: kept,
  places: [],
});

/** Which model is the largest is known when the node tells; until then whatever does best. */
const whileUnknown = (chosen: ModelChoice): ModelChoice =>
  chosen.model === "auto#largest" ? { model: "auto", privacy: "lan" } : chosen;
