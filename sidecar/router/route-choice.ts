import type { MeshError } from "../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { RankedPlace, RejectedPlace, RouteExplanation, StrategyId } from "../../contract/mesh/routing.ts";
import type { Ranked } from "./strategies/strategy.ts";

/** The places of one model, in the order in which they are asked. */
export interface RouteStage {
  /** The model's name, as the alias or the request gives it. */
  readonly model: string;
  /** The alias' revision that asks for it; null for plain names, virtual models and fallbacks. */
  readonly revision: string | null;
  /** True for another model than the name stands for; only aliases have those. */
  readonly isFallback: boolean;
  readonly ranked: readonly Ranked[];
  readonly rejected: readonly RejectedPlace[];
  /** True when the ranked places are all known to be ill, and are asked since there are no others. */
  readonly panic: boolean;
}

/** Where a request may go. Stages are tried one after the other; a plain name has exactly one. */
export interface RouteChoice {
  readonly asked: string;
  /** What the name stands for when it is an alias or a virtual model; otherwise null. */
  readonly alias: { readonly name: string; readonly revision: string | null } | null;
  readonly strategy: StrategyId;
  /** The widest label that is allowed. */
  readonly privacy: PrivacyLabel;
  readonly stages: readonly RouteStage[];
  /** What the client is told when no stage has a place; null when one has. */
  readonly error: MeshError | null;
}

/** True when nobody is left to ask, and of some model no place is known at all: one may have appeared since somebody looked. */
export const mayHaveAppeared = ({ error, stages }: RouteChoice): boolean =>
  error?.code === "unknown_model" ||
  (error !== null &&
    stages.some(
      // Those of an alias' revisions without weight are other models.
      ({ ranked, rejected }) => ranked.length === 0 && rejected.every(({ rejection }) => rejection === "no-weight"),
    ));

/** What a record keeps: a node may know thousands of places, and remembers thousands of requests. */
const keptPlaces = 32;
const keptCharacters = 256;

/** The same for a record: the first places of each kind, how many there were, and no endless names. */
export function summariseRoute(choice: RouteChoice): RouteExplanation {
  const whole = explainRoute(choice);
  const ranked = whole.ranked.slice(0, keptPlaces);
  const rejected = whole.rejected.slice(0, keptPlaces);
  const leftOut = whole.ranked.length + whole.rejected.length - ranked.length - rejected.length;
  const { strategy, privacy } = whole;
  const asked = whole.asked.slice(0, keptCharacters);
  const alias = whole.alias === null ? null : { ...whole.alias, name: whole.alias.name.slice(0, keptCharacters) };
  const summary = { asked, alias, strategy, privacy, ranked, rejected };
  return leftOut === 0 ? summary : { ...summary, leftOut };
}

/** The choice as views show it: the stages in one list. */
export function explainRoute(choice: RouteChoice): RouteExplanation {
  const { asked, alias, strategy, privacy, stages } = choice;
  return {
    asked,
    alias,
    strategy,
    privacy,
    ranked: stages.flatMap((stage) => stage.ranked.map((ranked) => toRankedPlace(ranked))),
    rejected: stages.flatMap((stage) => stage.rejected),
  };
}

function toRankedPlace({ candidate, because, estimateMs }: Ranked): RankedPlace {
  return { backend: candidate.backendId, model: candidate.modelId, privacy: candidate.privacy, because, estimateMs };
}
