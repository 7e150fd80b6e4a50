import { MeshError } from "../../contract/errors/mesh-error.ts";
import { maxHops } from "../../contract/mesh/advertised-model.ts";
import type { Rejection } from "../../contract/mesh/routing.ts";
import { aliasNames, virtualModel } from "./aliases.ts";
import { leastPromptTokens, missingAbility, type Verdict } from "./place-filter.ts";
import { type PrivacyLimit, privacyDistance } from "./privacy.ts";
import type { Place, RouteQuestion, RouteSnapshot } from "./route-question.ts";

/** A place that is not asked. */
export interface Refused extends Verdict {
  readonly place: Place;
}

/** Those that pass, or that a person can end. */
const momentary: ReadonlySet<Rejection> = new Set<Rejection>([
  "disabled",
  "draining",
  "loading",
  "unhealthy",
  "told-to-wait",
  "circuit-open",
]);
/** How long a client should wait when no place says so, in seconds. */
const usualRetrySeconds = 5;
/** An error is read by a person, who sees the rest in the explanation. */
const maxReasons = 8;
const maxNames = 100;

/** What a client is told when no place is left. The likeliest to help comes first: what passes, then what can be changed. */
export function routeError(
  question: RouteQuestion,
  refused: readonly Refused[],
  context: { readonly mesh: RouteSnapshot; readonly privacy: PrivacyLimit },
): MeshError {
  const model = question.model.slice(0, 200);
  const by = (rejection: Rejection): Refused[] => refused.filter((each) => each.rejection === rejection);
  if (refused.some(({ rejection }) => momentary.has(rejection))) return noPlace(model, refused);
  const [nearest] = by("privacy")
    .map(({ place }) => place.candidate.privacy)
    .sort((a, b) => privacyDistance(a) - privacyDistance(b));
  if (nearest !== undefined) {
    return new MeshError("privacy_forbids", { model, allowed: context.privacy.label, needed: nearest });
  }
  const small = by("context-too-small").map(({ place }) => place.candidate.contextTokens ?? 0);
  if (small.length > 0) {
    const promptTokens = leastPromptTokens(question);
    const contextTokens = Math.max(...small);
    return new MeshError("context_length_exceeded", { model, promptTokens, contextTokens, isAtLeast: true });
  }
  const [unable] = by("capability-missing");
  if (unable !== undefined) {
    const ability = missingAbility(unable.place, question)?.words ?? "this";
    return new MeshError("not_supported_by_model", { model, ability });
  }
  if (by("not-translatable").length > 0) return question.original?.refusal() ?? noPlace(model, refused);
  if (by("loop").length > 0) return new MeshError("request_loop", { hops: question.meshPath.length, limit: maxHops });
  // To a key that may not use it, it does not exist.
  if (by("not-permitted").length > 0 && by("not-permitted").length + by("no-weight").length === refused.length)
    return unknownModel(question, context.mesh);
  return noPlace(model, refused);
}

/** Names everything that this key may ask for instead. */
export function unknownModel(question: RouteQuestion, { places, settings }: RouteSnapshot): MeshError {
  const permitted = question.permittedModels;
  const names = new Set([...aliasNames(settings.aliases), ...places.map(({ candidate }) => candidate.modelId)]);
  names.delete(virtualModel);
  const available = [...names].filter((name) => permitted === null || permitted.includes(name));
  return new MeshError("unknown_model", {
    model: question.model.slice(0, 200),
    available: available.slice(0, maxNames),
  });
}

function noPlace(model: string, refused: readonly Refused[]): MeshError {
  const reasons = refused.slice(0, maxReasons).map(({ place, detail }) => `${place.candidate.backendId}: ${detail}`);
  const waits = refused
    .filter(({ rejection }) => momentary.has(rejection))
    .flatMap(({ place }) => place.standing.retryAfterMs ?? []);
  const retryAfterSeconds = waits.length === 0 ? usualRetrySeconds : Math.max(1, Math.ceil(Math.min(...waits) / 1000));
  return new MeshError("no_place", { model, reasons, retryAfterSeconds });
}
