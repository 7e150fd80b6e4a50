import type { WireError } from "../../contract/errors/mesh-error.ts";
import type { NodeId } from "../../contract/mesh/ids.ts";
import type { RouteExplanation, StrategyId } from "../../contract/mesh/routing.ts";
import type { RoutedPath } from "../../contract/openai/paths.ts";
import type { Backend } from "../backends/backend.ts";
import type { HealthBook } from "../health/health-book.ts";
import type { ObservedFigures } from "../health/observed-figures.ts";
import type { Clock } from "../platform/clock.ts";
import type { RoutingSettings } from "../registry/routing-settings.ts";
import { resolveName } from "./aliases.ts";
import { type ArtifactConflict, listArtifactConflicts } from "./artifact-pools.ts";
import type { Candidate } from "./candidate.ts";
import { ChoiceContext, leastWarmBytes } from "./choice-context.ts";
import { chooseRoute } from "./choose-route.ts";
import type { Envelope } from "./envelope.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import type { LazyKeys } from "./lazy-keys.ts";
import type { RouteWishes } from "./mesh-request.ts";
import { OpenRequests } from "./open-requests.ts";
import { PlaceBook } from "./place-book.ts";
import { PrefixMemory } from "./prefix-memory.ts";
import { explainRoute, type RouteChoice } from "./route-choice.ts";
import type { RouteQuestion } from "./route-question.ts";

export interface RouteChooserOptions {
  readonly nodeId: NodeId;
  readonly settings: () => RoutingSettings;
  readonly backends: () => readonly Backend[];
  readonly health: Pick<HealthBook, "standingOf">;
  readonly figures: Pick<ObservedFigures, "figures">;
  readonly clock: Clock;
  readonly random: () => number;
}

/** A request that nobody has sent. */
export interface ExplainQuestion extends RouteWishes {
  readonly model: string;
  readonly path: RoutedPath;
  readonly promptTokens: number;
}

export interface ExplainAnswer {
  readonly explanation: RouteExplanation;
  readonly error: WireError | null;
}

/** How long an answer usually is, in tokens, where the request sets no limit. */
const usualAnswerTokens = 256;
const bytesPerToken = 4;
/** Turns are counted for so many names; then all begin anew. Only names that somebody serves are counted. */
const maxTurns = 4096;

/** What a model reads of a request: a schema for the answer, for example, it does not. */
function promptBytesOf(body: Buffer, { messagesStart, messageEnds, toolsRange }: Envelope): number {
  const end = messageEnds.at(-1);
  if (messagesStart === null || end === undefined) return body.length;
  return end - messagesStart + (toolsRange === null ? 0 : toolsRange.end - toolsRange.start);
}

/** Chooses the places for a request. The choice itself is pure (`choose-route.ts`); here is what it remembers between requests. */
export class RouteChooser {
  readonly load = new OpenRequests();
  readonly #options: RouteChooserOptions;
  readonly #places: PlaceBook;
  readonly #prefixes: PrefixMemory;
  readonly #turns = new Map<string, number>();
  readonly #turnOf = (model: string): number => this.#turns.get(model) ?? 0;

  constructor(options: RouteChooserOptions) {
    this.#options = options;
    this.#places = new PlaceBook({ ...options, load: this.load });
    this.#prefixes = new PrefixMemory(options.clock);
  }

  choose(incoming: IncomingRequest, envelope: Envelope, keys: LazyKeys): RouteChoice {
    const { wishes, permit, meshPath = [], body, path, original } = incoming;
    const question: RouteQuestion = {
      model: envelope.model,
      path,
      promptBytes: promptBytesOf(body, envelope),
      hasTools: envelope.hasTools,
      hasImages: envelope.hasImages,
      hasSuffix: envelope.hasSuffix,
      strategy: wishes?.strategy ?? null,
      privacy: { ...privacyOf(wishes), key: permit?.privacy ?? null },
      permittedModels: permit?.models ?? null,
      onlyBackends: wishes?.onlyBackends,
      notBackends: wishes?.notBackends,
      onlyLoaded: wishes?.onlyLoaded,
      original,
      meshPath: [...(meshPath as NodeId[]), this.#options.nodeId],
    };
    const answerTokens = Math.min(envelope.maxTokens ?? usualAnswerTokens, usualAnswerTokens);
    const choice = this.#choose(question, keys, answerTokens);
    const [stage] = choice.stages;
    if (stage !== undefined && stage.ranked.length > 0) this.#countTurn(stage.model);
    return choice;
  }

  explain({ model, path, promptTokens, ...wishes }: ExplainQuestion): ExplainAnswer {
    const question: RouteQuestion = {
      model,
      path,
      promptBytes: promptTokens * bytesPerToken,
      hasTools: false,
      hasImages: false,
      hasSuffix: false,
      strategy: wishes.strategy ?? null,
      privacy: privacyOf(wishes),
      permittedModels: null,
      onlyBackends: wishes.onlyBackends,
      notBackends: wishes.notBackends,
      onlyLoaded: wishes.onlyLoaded,
      meshPath: [this.#options.nodeId],
    };
    const choice = this.#choose(question, null, usualAnswerTokens);
    return { explanation: explainRoute(choice), error: choice.error?.toWire() ?? null };
  }

  /** A place has read this conversation, and may still have it in its memory. */
  remember({ strategy }: RouteChoice, keys: LazyKeys, place: Candidate): void {
    if (!this.#usesMemory(strategy, keys) || this.#options.backends().length < 2) return;
    this.#prefixes.remember(keys.value?.prefixes ?? [], place);
  }

  /** What a place had in its memory is gone, or the place itself. */
  forgetBackend(backendId: string): void {
    this.#prefixes.purge(backendId);
  }

  conflicts(): ArtifactConflict[] {
    const candidates = this.#places.places().map(({ candidate }) => candidate);
    return listArtifactConflicts(candidates, this.#options.settings().mixArtifacts);
  }

  #choose(question: RouteQuestion, keys: LazyKeys | null, answerTokens: number): RouteChoice {
    const { settings, random } = this.#options;
    const current = settings();
    // Most names are plain, and then the other models do not matter, but where the key may only be told of those. A server
    // that lists a model called `auto`, or like an alias' revision, must not hide those that such a name stands for.
    const isPlain = resolveName(question.model, current.aliases, () => 0).kind === "plain";
    const isOpen = question.permittedModels?.includes(question.model) ?? true;
    const named = isPlain && isOpen ? this.#places.places(question.model) : [];
    const places = named.length > 0 ? named : this.#places.places();
    const context = new ChoiceContext({ random, answerTokens, turnOf: this.#turnOf, prefixes: this.#prefixes, keys });
    return chooseRoute(question, { places, settings: current }, context);
  }

  /** Only some strategies ask what a place has read; for the others, and for short prompts, nothing is hashed. */
  #usesMemory(strategy: StrategyId, keys: LazyKeys): boolean {
    return strategy === "prefix-affinity" || (strategy === "auto" && keys.bodyBytes >= leastWarmBytes);
  }

  #countTurn(model: string): void {
    if (this.#turns.size >= maxTurns && !this.#turns.has(model)) this.#turns.clear();
    this.#turns.set(model, (this.#turns.get(model) ?? 0) + 1);
  }
}

const privacyOf = (wishes: RouteWishes | undefined): RouteQuestion["privacy"] => ({
  request: wishes?.privacy ?? null,
  key: null,
  workspace: wishes?.workspacePrivacy ?? null,
});
