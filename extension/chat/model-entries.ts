import { type AskableModel, askableModels, choiceKey } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import type { ModelChoice } from "./model-choice.ts";
import { askableDetail, askableFacts, askableIcon, askableName, groupName, placeName } from "./model-entry-words.ts";

/** One line of the list of models: a model, or the heading of those below it. */
export type ModelEntry =
  | { readonly kind: "group"; readonly label: string }
  | {
      readonly kind: "model";
      readonly label: string;
      /** Context, speed, latency, privacy label. */
      readonly description: string;
      /** What one has to know of it, such as why it is not healthy; "" when there is nothing. */
      readonly detail: string;
      /** A product icon and the theme colour that goes with it. State is never told by the colour alone. */
      readonly icon: string;
      readonly colour: string | undefined;
      readonly model: AskableModel;
    };

export interface ModelEntryOptions {
  /** What was chosen lately, the last first. */
  readonly recent: readonly ModelChoice[];
  /** What is asked now; null when nothing is. */
  readonly chosen: AskableModel | null;
}

/** Lately chosen ones have a group of their own, of so many. */
const maxRecent = 3;
/** Among so few models nobody needs a shortcut. */
const fewModels = 4;

/**
 * The list of models, grouped: what was chosen lately, what stands for others, aliases, models that the node may send to
 * one of several places, and then place by place. Each is in it once.
 */
export function modelEntries(store: MeshStore, options: ModelEntryOptions, t: Translate): ModelEntry[] {
  const models = askableModels(store);
  const named = models.filter(({ kind }) => kind !== "virtual");
  const recent = recentOf(named, options.recent);
  const rest = named.filter((model) => !recent.includes(model));
  const isSpread = ({ kind, places }: AskableModel): boolean => kind === "routed" && places.length > 1;
  const byPlace = Map.groupBy(
    rest.filter((model) => model.kind !== "alias" && !isSpread(model)),
    ({ places }) => places[0]?.backend?.id ?? "",
  );
  const groups: (readonly [string, readonly AskableModel[]])[] = [
    [t("Chosen lately"), recent],
    [t("The mesh chooses"), models.filter(({ kind }) => kind === "virtual")],
    [t("Aliases"), rest.filter(({ kind }) => kind === "alias")],
    [t("Wherever it is"), rest.filter(isSpread)],
    ...[...byPlace.values()].map((all) => [groupName(all[0]?.places[0], t), all] as const),
  ];
  return groups.flatMap(([label, all]) => {
    const lines = all.map((model) => entry(model, { ...options, isApart: all === recent }, t));
    return lines.length === 0 ? [] : [{ kind: "group" as const, label }, ...lines];
  });
}

function recentOf(named: readonly AskableModel[], recent: readonly ModelChoice[]): AskableModel[] {
  if (named.length <= fewModels) return [];
  const found = recent.map((choice) => named.find(({ key }) => key === choiceKey(choice)));
  return found.filter((model) => model !== undefined).slice(0, maxRecent);
}

interface EntryOptions extends ModelEntryOptions {
  /** Its heading does not say where it is. */
  readonly isApart: boolean;
}

function entry(model: AskableModel, { chosen, isApart }: EntryOptions, t: Translate): ModelEntry {
  const isChosen = chosen?.key === model.key;
  const [place, ...others] = model.places;
  const where = isApart && place !== undefined && others.length === 0 ? [placeName(place, t)] : [];
  return {
    kind: "model",
    label: plainText(askableName(model, t), 80),
    description: [...(isChosen ? [t("chosen")] : []), ...where, ...askableFacts(model, t)].join(" · "),
    detail: askableDetail(model, t),
    ...askableIcon(model),
    model,
  };
}
