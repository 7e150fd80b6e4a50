import type { ModelCapability } from "../../contract/mesh/model-capability.ts";
import type { Rejection } from "../../contract/mesh/routing.ts";
import type { RoutedPath } from "../../contract/openai/paths.ts";
import type { Target } from "./aliases.ts";
import { isSamePool, shortArtifact } from "./artifact-pools.ts";
import { speaks } from "./attempt-words.ts";
import type { Candidate } from "./candidate.ts";
import { isWithin, type PrivacyLimit } from "./privacy.ts";
import type { Place, RouteQuestion } from "./route-question.ts";

/** Why a place is not asked. */
export interface Verdict {
  readonly rejection: Rejection;
  readonly detail: string;
}

/** What a place is held against. */
export interface FilterRules {
  readonly question: RouteQuestion;
  /** The alias, virtual model or model that was asked for, without revision or digest. */
  readonly name: string;
  readonly target: Target;
  /** Says what the name stands for; undefined where any artifact will do. */
  readonly poolOwner: Candidate | undefined;
  readonly privacy: PrivacyLimit;
}

/** The node's own engine loads on request, knows itself best, and says exactly what it cannot do. */
export const ownEngine = "local-engine";

/** A token is hardly longer than this, escaped text included (`\\u4f60` is one character), so that a longer prompt cannot fit. */
const maxBytesPerToken = 12;

/** What a request needs, in the words of the models' capabilities and in plain ones. */
export interface Ability {
  /** Null for what no list of models tells: whoever says what its models can do, and does not say this, cannot. */
  readonly capability: ModelCapability | null;
  readonly words: string;
}
const pathAbilities: { readonly [path in RoutedPath]: Ability | null } = {
  "/v1/chat/completions": { capability: "chat", words: "chat" },
  "/v1/completions": null,
  "/v1/embeddings": { capability: "embeddings", words: "embeddings" },
  "/v1/rerank": { capability: "rerank", words: "rerank" },
  "/v1/tokenize": null,
  "/v1/detokenize": null,
  "/v1/images/generations": { capability: null, words: "make images" },
  "/v1/images/edits": { capability: null, words: "edit images" },
  "/v1/images/variations": { capability: null, words: "vary images" },
  "/v1/audio/speech": { capability: null, words: "speak" },
  "/v1/audio/transcriptions": { capability: null, words: "transcribe audio" },
  "/v1/audio/translations": { capability: null, words: "translate audio" },
};

/** The least that the prompt can have, in tokens, as far as its bytes tell: an image or a list of texts tells nothing. */
export function leastPromptTokens({ path, promptBytes, hasImages }: RouteQuestion): number {
  return path === "/v1/chat/completions" && !hasImages ? Math.floor(promptBytes / maxBytesPerToken) : 0;
}

/** The first ability that the request needs and the place lacks; null when it has all, or when nobody says. */
export function missingAbility(place: Place, question: RouteQuestion): Pick<Ability, "words"> | null {
  const { candidate, paths } = place;
  if (paths !== undefined && !paths.includes(question.path) && !isNative(place, question)) {
    return { words: question.path };
  }
  const needed = neededAbilities(question);
  if (candidate.backendKind === ownEngine) {
    // It holds any model's answer to the form of a tool call, embeds with any, and reads no images whatever the file says.
    const lacks = ({ capability }: Ability): boolean =>
      capability === null || capability === "vision" || (capability === "infill" && !canFillIn(candidate));
    return needed.find(lacks) ?? null;
  }
  const { capabilities } = candidate;
  if (capabilities === null) return null;
  return needed.find(({ capability }) => capability === null || !capabilities.includes(capability)) ?? null;
}

/** Whether it says of itself that it fills in the middle. */
export const canFillIn = ({ capabilities }: Candidate): boolean => capabilities?.includes("infill") ?? false;

const isNative = (place: Place, { original }: RouteQuestion): boolean =>
  original !== undefined && speaks(place, original);

export function neededAbilities({ path, hasTools, hasImages, hasSuffix }: RouteQuestion): Ability[] {
  const byPath = pathAbilities[path];
  const needed: Ability[] = byPath === null ? [] : [byPath];
  if (hasTools) needed.push({ capability: "tools", words: "tools" });
  if (hasImages) needed.push({ capability: "vision", words: "images" });
  if (hasSuffix && path === "/v1/completions") needed.push({ capability: "infill", words: "fill in the middle" });
  return needed;
}

/** What speaks against a place whatever its state; null when nothing does. The order is fixed, and so is the reason. */
export function lastingVerdict(place: Place, rules: FilterRules): Verdict | null {
  const { candidate, path } = place;
  const { question, name, target, poolOwner, privacy } = rules;
  // Before anything that would tell of a model: to a key that may not use it, it does not exist.
  const permitted = question.permittedModels;
  if (permitted !== null && !permitted.includes(name) && !permitted.includes(candidate.modelId)) {
    return { rejection: "not-permitted", detail: `this key may not use '${candidate.modelId}'` };
  }
  if (target.backends !== null && !target.backends.includes(candidate.backendId)) {
    return { rejection: "not-in-alias", detail: `${aliasWords(rules)} keeps to ${target.backends.join(", ")}` };
  }
  const { onlyBackends, notBackends, onlyLoaded } = question;
  if (onlyBackends !== undefined && !onlyBackends.includes(candidate.backendId)) {
    return { rejection: "not-wanted", detail: `the request keeps to ${onlyBackends.join(", ")}` };
  }
  if (notBackends?.includes(candidate.backendId)) {
    return { rejection: "not-wanted", detail: `the request keeps away from ${candidate.backendId}` };
  }
  const mayNotLoad = onlyLoaded === "everywhere" || (onlyLoaded === "here" && candidate.backendKind === ownEngine);
  if (mayNotLoad && candidate.isLoaded === false) {
    return { rejection: "not-wanted", detail: "it is not loaded, and the request has nothing loaded" };
  }
  if (poolOwner !== undefined && !isSamePool(candidate, poolOwner)) {
    const detail = `it is ${shortArtifact(candidate.artifact)}, and '${candidate.modelId}' is ${shortArtifact(poolOwner.artifact)} as at ${poolOwner.backendId}`;
    return { rejection: "other-artifact", detail };
  }
  const missing = missingAbility(place, question);
  if (missing !== null) return { rejection: "capability-missing", detail: `it cannot do this: ${missing.words}` };
  const refusal = isNative(place, question) ? null : (question.original?.refusal() ?? null);
  if (refusal !== null) return { rejection: "not-translatable", detail: refusal.message };
  const promptTokens = leastPromptTokens(question);
  if (candidate.contextTokens !== null && promptTokens > candidate.contextTokens) {
    const detail = `the prompt has at least ${promptTokens} tokens, and it has a context of ${candidate.contextTokens}`;
    return { rejection: "context-too-small", detail };
  }
  if (!isWithin(candidate.privacy, privacy.label)) {
    const detail = `it is '${candidate.privacy}', and the ${privacy.by} allows '${privacy.label}' at most`;
    return { rejection: "privacy", detail };
  }
  if (path.some((node) => question.meshPath.includes(node))) {
    return { rejection: "loop", detail: "the request has passed it already" };
  }
  return null;
}

/** What speaks against a place now; null when it may be asked. */
export function momentaryVerdict({ candidate, standing }: Place): Verdict | null {
  const { health, backendKind } = candidate;
  const reason = standing.reason ?? candidate.reason;
  const because = reason === null ? "" : `: ${reason}`;
  const next = standing.retryAfterMs === null ? "" : `, next try in ${Math.ceil(standing.retryAfterMs / 1000)} s`;
  if (health === "disabled" || standing.rejection === "disabled") {
    return { rejection: "disabled", detail: "it is switched off" };
  }
  // The own engine unloads a model to make room, and loads it again for whoever asks.
  if ((health === "draining" && backendKind !== ownEngine) || standing.rejection === "draining") {
    return { rejection: "draining", detail: "it takes no new requests" };
  }
  if (health === "loading" || standing.rejection === "loading") {
    return { rejection: "loading", detail: `its model is still being loaded${next}` };
  }
  switch (standing.rejection) {
    case "told-to-wait":
      return { rejection: "told-to-wait", detail: `it said to come back later${next}` };
    case "circuit-open":
      return { rejection: "circuit-open", detail: `it has failed too often${because}${next}` };
    case null:
    case "unhealthy":
      break;
    default:
      return { rejection: standing.rejection, detail: reason ?? standing.rejection };
  }
  // A backend that is ill and not refused is being tried again: that the model looks ill with it says nothing new.
  const isModelIll = health === "unhealthy" && standing.health !== "unhealthy";
  if (isModelIll || standing.rejection === "unhealthy") {
    return { rejection: "unhealthy", detail: `it is not healthy${because}${next}` };
  }
  return null;
}

function aliasWords({ name, target }: FilterRules): string {
  return target.revision === null ? `'${name}'` : `'${name}@${target.revision}'`;
}
