import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { ModelChoice } from "../chat/model-choice.ts";
import { aliasPlaces, shownAliases } from "./alias-places.ts";
import type { MeshStore } from "./mesh-store.ts";
import { isPromising, isWithin, type ModelPlace, modelPlaces } from "./model-places.ts";

/** Names that stand for whatever model does best at something. They are kept in choices and settings: never renamed. */
export const virtualModels = ["auto", "auto#fastest", "auto#local", "auto#largest"] as const;
export type VirtualModel = (typeof virtualModels)[number];

/** Something that a question can be put to. */
export interface AskableModel {
  /** Unique, and the same as long as it means the same: `choiceKey` of what is kept. */
  readonly key: string;
  /**
   * `virtual` stands for whatever does best; `alias` is a name that a person has given to one model or several; `routed`
   * is a model wherever it is, where the node chooses the place; `pinned` is a model at one place and nowhere else.
   */
  readonly kind: "virtual" | "alias" | "routed" | "pinned";
  /** The name in settings. */
  readonly model: string;
  /** What conversations keep. */
  readonly kept: ModelChoice;
  /** What the node is asked for, as things are now. */
  readonly choice: ModelChoice;
  /** Where it may be answered; empty only of a choice that stands although nobody can answer it. */
  readonly places: readonly ModelPlace[];
}

/**
 * Everything that a question can be put to: first what stands for others, then aliases, then each model by its name, and
 * where a name has several places each of them. What a person has turned off is not among them.
 */
export function askableModels(store: MeshStore): AskableModel[] {
  const places = modelPlaces(store).filter(({ health }) => health !== "disabled");
  const aliases = shownAliases(store).filter(({ name }) => !isReserved(name));
  // The node takes an alias before a model of its name.
  const taken = new Set(aliases.map(({ name }) => name));
  const named = [...Map.groupBy(places, ({ modelId }) => modelId)].filter(
    ([model]) => !isReserved(model) && !taken.has(model),
  );
  return [
    ...virtual(places),
    ...aliases
      .map((alias) => make("alias", { model: alias.name }, { places: aliasPlaces(alias, places) }))
      .filter(isThere),
    ...named.flatMap(([model, all]) => [routed(model, all), ...pinned(model, all)]),
  ];
}

/** True where the node chooses among models, and not only among the places of one. */
export const isAnyOfSeveral = ({ kind, places }: Pick<AskableModel, "kind" | "places">): boolean =>
  kind === "virtual" || holdsSeveralModels(places);

/** True where a name stands for more than one of them. */
export const holdsSeveralModels = (places: readonly Pick<ModelPlace, "modelId">[]): boolean =>
  new Set(places.map(({ modelId }) => modelId)).size > 1;

/** A server's own `auto` would be taken for ours. */
const isReserved = (model: string): boolean => /^auto(#|$)/.test(model);

function make(kind: AskableModel["kind"], kept: ModelChoice, rest: Partial<AskableModel> & Places): AskableModel {
  return { key: choiceKey(kept), kind, model: kept.model, kept, choice: kept, ...rest };
}
type Places = Pick<AskableModel, "places">;

const routed = (model: string, places: readonly ModelPlace[]): AskableModel => make("routed", { model }, { places });

/** Where there is one place alone, the model's name says it all. */
function pinned(model: string, places: readonly ModelPlace[]): AskableModel[] {
  if (places.length < 2) return [];
  return places.flatMap((place) =>
    place.backendId === null ? [] : [make("pinned", { model, onlyBackends: [place.backendId] }, { places: [place] })],
  );
}

function virtual(places: readonly ModelPlace[]): AskableModel[] {
  const here = places.filter(({ privacy }) => privacy === "local");
  const largest = largestModel(places);
  const choice: ModelChoice = { model: largest[0]?.modelId ?? "auto", privacy: virtualLimit };
  return [
    make("virtual", { model: "auto" }, { places }),
    make("virtual", { model: "auto", strategy: "least-latency" }, { model: "auto#fastest", places }),
    make("virtual", { model: "auto", privacy: "local" }, { model: "auto#local", places: here }),
    make("virtual", { model: "auto#largest" }, { choice, places: largest }),
  ].filter(isThere);
}

const isThere = ({ places }: AskableModel): boolean => places.length > 0;

/** What stands for others goes no further than this, as the node has it: nobody is charged for a choice of ours. */
const virtualLimit: PrivacyLabel = "lan";

/** The places of the model with the most parameters, or else the largest context. What cannot answer now counts last. */
function largestModel(places: readonly ModelPlace[]): ModelPlace[] {
  const near = places.filter((place) => isWithin(place, virtualLimit));
  const [largest] = near.toSorted(
    (a, b) =>
      Number(a.isDemo) - Number(b.isDemo) ||
      Number(isPromising(b)) - Number(isPromising(a)) ||
      (b.parameters ?? 0) - (a.parameters ?? 0) ||
      (b.contextTokens ?? 0) - (a.contextTokens ?? 0),
  );
  return near.filter(({ modelId }) => modelId === largest?.modelId);
}

/** The name of a kept choice in settings and in the editor's own list of models; null where it keeps to a place. */
export function nameInLists({ model, strategy, privacy, onlyBackends }: ModelChoice): string | null {
  if (onlyBackends !== undefined) return null;
  if (model !== "auto") return model;
  if (strategy === "least-latency") return "auto#fastest";
  return privacy === "local" ? "auto#local" : "auto";
}

/** The same text for choices that mean the same. */
export function choiceKey({ model, strategy, privacy, onlyBackends }: ModelChoice): string {
  const wishes = [strategy ?? "", privacy ?? "", ...(onlyBackends ?? []).toSorted()];
  return wishes.every((wish) => wish === "") ? model : JSON.stringify([model, ...wishes]);
}

/** What a kept choice means now; undefined where its model or its place has gone. */
export function askableModel(models: readonly AskableModel[], kept: ModelChoice | null): AskableModel | undefined {
  if (kept === null) return undefined;
  const key = choiceKey(kept);
  const found = models.find((each) => each.key === key);
  if (found !== undefined || kept.onlyBackends === undefined) return found;
  // With one place left there is nothing to pin; it may have others again, and then the pin holds.
  const only = models.find(({ kind, model }) => kind === "routed" && model === kept.model);
  const isLeft = only?.places.every(({ backendId }) => kept.onlyBackends?.includes(backendId ?? "")) ?? false;
  return only === undefined || !isLeft ? undefined : make("pinned", kept, { places: only.places });
}
