import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { RejectedPlace, StrategyId } from "../../contract/mesh/routing.ts";
import { type ResolvedName, resolveName, revisionNames, type Target, virtualModel } from "./aliases.ts";
import { poolOwner } from "./artifact-pools.ts";
import type { Candidate } from "./candidate.ts";
import {
  canFillIn,
  type FilterRules,
  lastingVerdict,
  momentaryVerdict,
  neededAbilities,
  ownEngine,
} from "./place-filter.ts";
import { tightestLimit } from "./privacy.ts";
import type { RouteChoice, RouteStage } from "./route-choice.ts";
import { type Refused, routeError, unknownModel } from "./route-error.ts";
import type { Place, RouteContext, RouteQuestion, RouteSnapshot } from "./route-question.ts";
import { StageContext } from "./stage-context.ts";
import { strategies } from "./strategies/index.ts";
import type { Ranked } from "./strategies/strategy.ts";

/** A usual token, in bytes of JSON: for estimates only. */
const bytesPerToken = 4;
/** One place's part of an artifact's name is enough when it has this many digits. */
const digestName = /^(?:(.+)@)?(sha256:[0-9a-f]{12,64})$/;

interface Rules extends Omit<FilterRules, "target" | "poolOwner"> {
  readonly mesh: RouteSnapshot;
  readonly strategy: StrategyId;
  readonly context: RouteContext;
}
/** A stage with what its error is made of. */
interface Built {
  readonly stage: RouteStage;
  readonly refused: readonly Refused[];
}

/**
 * Where a request may go, and why not elsewhere: resolves its name, filters the places that have the model, and ranks the
 * rest. Pure: whatever changes comes in with `mesh` and `context`. Never throws; what the client is told is in `error`.
 */
export function chooseRoute(question: RouteQuestion, mesh: RouteSnapshot, context: RouteContext): RouteChoice {
  const { settings } = mesh;
  const resolved = resolveName(question.model, settings.aliases, context.random);
  const alias = "alias" in resolved ? resolved.alias : null;
  const limits = {
    request: question.privacy.request,
    key: question.privacy.key,
    workspace: question.privacy.workspace,
    node: settings.privacy,
    alias: alias?.privacy ?? null,
    "virtual model": resolved.kind === "virtual" && !settings.virtualModelsMayUseCloud ? ("lan" as const) : null,
  };
  const privacy = tightestLimit(limits);
  const strategy = question.strategy ?? alias?.strategy ?? settings.strategy;
  const rules: Rules = { question, name: resolved.name, privacy, mesh, strategy, context };
  const built = buildStages(resolved, rules);
  const stages = inOrder(built.map(({ stage }) => stage));
  const isPlain = resolved.kind === "plain";
  return {
    asked: question.model,
    alias: isPlain ? null : { name: resolved.name, revision: built[0]?.stage.revision ?? null },
    strategy,
    privacy: privacy.label,
    stages,
    error: stages.some(({ ranked }) => ranked.length > 0) ? null : errorOf(resolved, built, rules),
  };
}

/** Places that are believed to be ill wait until all others have been asked, those of the fallbacks too. */
const inOrder = (stages: readonly RouteStage[]): readonly RouteStage[] =>
  stages.some(({ panic }) => panic)
    ? [...stages.filter(({ panic }) => !panic), ...stages.filter(({ panic }) => panic)]
    : stages;

function buildStages(resolved: ResolvedName, rules: Rules): Built[] {
  switch (resolved.kind) {
    case "unknown-revision":
      return [];
    case "virtual":
      return [virtualStage(rules)];
    case "plain":
      return [modelStage({ model: resolved.name, revision: null, backends: null, isFallback: false }, rules)];
    case "alias": {
      const [first, ...rest] = resolved.targets.map((target) => modelStage(target, rules));
      const used = new Set(
        [first, ...rest].flatMap((each) => each?.stage.ranked.map(({ candidate }) => candidate) ?? []),
      );
      const idle = resolved.unweighted
        .flatMap((target) => withoutWeight(target, rules))
        .filter(({ place }) => !used.has(place.candidate));
      if (first === undefined) return [emptyStage(resolved, idle)];
      return [withRefused(first, idle), ...rest];
    }
  }
}

/** Places that have one model: exactly this name, or exactly this artifact. Another model is never among them. */
function modelStage(target: Target, rules: Rules): Built {
  const { mesh, question } = rules;
  const places = placesOf(target.model, mesh.places);
  // Whoever keeps to some places means what these have under the name.
  const isMeant = ({ backendId }: Candidate): boolean =>
    [target.backends, question.onlyBackends].every((kept) => kept?.includes(backendId) ?? true);
  const owner = poolOwner(places.map(({ candidate }) => candidate).filter(isMeant));
  const { mixArtifacts } = mesh.settings;
  return buildStage(target, places, rules, ({ candidate }) =>
    mixArtifacts.includes(candidate.modelId) ? undefined : owner,
  );
}

/** Any model that can do it. What can answer at once comes first, and the demo model last. */
function virtualStage(rules: Rules): Built {
  const target: Target = { model: virtualModel, revision: null, backends: null, isFallback: false };
  const isText = rules.question.path === "/v1/chat/completions" || rules.question.path === "/v1/completions";
  // Another node's `auto` is no model. Vectors and tokens of different models have nothing to do with each other.
  const isAble = rules.question.hasSuffix ? canFillIn : canChat;
  const places = rules.mesh.places.filter(
    ({ candidate }) => isText && candidate.modelId !== virtualModel && isAble(candidate),
  );
  const built = buildStage(target, places, rules, () => undefined);
  const demos = new Set(places.filter(({ isDemo }) => isDemo === true).map(({ candidate }) => candidate));
  const distance = ({ candidate }: Ranked): number =>
    Number(demos.has(candidate)) * 4 +
    Number(candidate.capabilities === null) * 2 +
    Number(candidate.isLoaded === false);
  const ranked = [...built.stage.ranked].sort((a, b) => distance(a) - distance(b));
  return { ...built, stage: { ...built.stage, ranked } };
}

const canChat = ({ capabilities }: Candidate): boolean => capabilities === null || capabilities.includes("chat");

function placesOf(model: string, places: readonly Place[]): Place[] {
  const named = places.filter(({ candidate }) => candidate.modelId === model);
  if (named.length > 0) return named;
  const [, name, digest] = digestName.exec(model) ?? [];
  if (digest === undefined) return [];
  return places.filter(
    ({ candidate }) =>
      (name === undefined || candidate.modelId === name) && candidate.artifact?.startsWith(digest) === true,
  );
}

function buildStage(
  target: Target,
  places: readonly Place[],
  rules: Rules,
  ownerFor: (place: Place) => Candidate | undefined,
): Built {
  const { question, name, privacy } = rules;
  const refused: Refused[] = [];
  const unready: Refused[] = [];
  const ready: Place[] = [];
  for (const place of places) {
    const lasting = lastingVerdict(place, { question, name, privacy, target, poolOwner: ownerFor(place) });
    const verdict = lasting ?? momentaryVerdict(place);
    if (verdict === null) ready.push(place);
    else (lasting === null ? unready : refused).push({ place, ...verdict });
  }
  const { model, revision, isFallback } = target;
  // Most of the time all are well, and nothing has to be said about any of them.
  if (unready.length === 0) {
    const [ranked, rejected] = [rank(target, ready, rules), refused.map(toRejectedPlace)];
    return { stage: { model, revision, isFallback, ranked, rejected, panic: false }, refused };
  }
  const lastResort = ready.length === 0 ? lastResorts(unready) : [];
  const asked = [...ready, ...lastResort.map(({ place }) => place)];
  refused.push(...unready.filter((each) => !lastResort.includes(each)));
  const panic = lastResort.some(({ rejection }) => rejection !== "loading");
  const notes = new Map(lastResort.map(({ place, detail }) => [place.candidate, `${detail}, and there is no other`]));
  const ranked = rank(target, asked, rules).map((each) => {
    const note = notes.get(each.candidate);
    return note === undefined ? each : { ...each, because: `${note}; ${each.because}` };
  });
  return { stage: { model, revision, isFallback, ranked, rejected: refused.map(toRejectedPlace), panic }, refused };
}

/**
 * Whom to ask when nobody is ready: the own engine while it loads, since it answers as soon as it can. Otherwise the ill
 * ones, when they are all that is left: what is believed of them may be wrong, and nothing would be gained by believing
 * it. Not while another has said when it will be ready.
 */
function lastResorts(unready: readonly Refused[]): readonly Refused[] {
  const mayWait = ({ candidate, standing }: Place): boolean =>
    candidate.backendKind === ownEngine && standing.rejection !== "told-to-wait";
  const loading = unready.filter(({ rejection, place }) => rejection === "loading" && mayWait(place));
  if (loading.length > 0) return loading;
  if (unready.some(({ rejection }) => rejection === "loading" || rejection === "told-to-wait")) return [];
  return unready.filter(({ rejection }) => rejection === "unhealthy" || rejection === "circuit-open");
}

function rank(target: Target, places: readonly Place[], { context, question, strategy }: Rules): readonly Ranked[] {
  if (places.length === 0) return [];
  return strategies[strategy].rank(
    places.map(({ candidate }) => candidate),
    new StageContext(context, {
      turn: context.turnOf(target.model),
      promptTokens: Math.ceil(question.promptBytes / bytesPerToken),
    }),
  );
}

/** Revisions that get no requests, for the explanation. */
function withoutWeight(target: Target, { mesh, name }: Rules): Refused[] {
  const detail = `revision '${target.revision}' has weight 0; '${name}@${target.revision}' asks it`;
  return placesOf(target.model, mesh.places)
    .filter(({ candidate }) => target.backends?.includes(candidate.backendId) ?? true)
    .map((place) => ({ place, rejection: "no-weight", detail }));
}

function withRefused({ stage, refused }: Built, more: readonly Refused[]): Built {
  return {
    stage: { ...stage, rejected: [...stage.rejected, ...more.map(toRejectedPlace)] },
    refused: [...refused, ...more],
  };
}

function emptyStage({ name }: { readonly name: string }, refused: readonly Refused[]): Built {
  const rejected = refused.map(toRejectedPlace);
  return { stage: { model: name, revision: null, isFallback: false, ranked: [], rejected, panic: false }, refused };
}

function errorOf(resolved: ResolvedName, built: readonly Built[], rules: Rules): MeshError {
  const { question, mesh, privacy } = rules;
  const refused = built.flatMap((each) => each.refused);
  if (refused.length > 0) return routeError(question, refused, { mesh, privacy });
  const model = question.model.slice(0, 200);
  if (resolved.kind === "unknown-revision") {
    return new MeshError("unknown_model", { model, available: revisionNames(resolved.name, resolved.alias) });
  }
  if (resolved.kind === "virtual" && question.path !== "/v1/chat/completions") {
    const ability = neededAbilities(question)[0]?.words;
    if (ability !== undefined) return new MeshError("not_supported_by_model", { model, ability });
  }
  return unknownModel(question, mesh);
}

function toRejectedPlace({ place, rejection, detail }: Refused): RejectedPlace {
  return { backend: place.candidate.backendId, model: place.candidate.modelId, rejection, detail };
}
