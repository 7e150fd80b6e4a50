import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { NodeId } from "../../contract/mesh/ids.ts";
import type { RequestRecord, RouteTag } from "../../contract/mesh/routing.ts";
import type { Backend } from "../backends/backend.ts";
import type { HealthBook } from "../health/health-book.ts";
import type { ObservedFigures } from "../health/observed-figures.ts";
import type { Clock } from "../platform/clock.ts";
import { Emitter } from "../platform/emitter.ts";
import { LinkedList } from "../platform/linked-list.ts";
import type { Log } from "../platform/log.ts";
import type { RoutingSettings } from "../registry/routing-settings.ts";
import type { ArtifactConflict } from "./artifact-pools.ts";
import type { Candidate } from "./candidate.ts";
import { scanEnvelope } from "./envelope.ts";
import { scanForm } from "./form-envelope.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { LazyKeys } from "./lazy-keys.ts";
import { ModelLookup } from "./model-lookup.ts";
import type { OpenRequests } from "./open-requests.ts";
import { observe, recordOf } from "./request-account.ts";
import { RetryBudget, retryPauseMs } from "./retry-budget.ts";
import { mayHaveAppeared } from "./route-choice.ts";
import { type ExplainAnswer, type ExplainQuestion, RouteChooser } from "./route-chooser.ts";
import { RouteRun, type RouteTools } from "./route-run.ts";
import { printRouteTag, routeHeader } from "./route-tag.ts";
import type { AnswerHead, Sink } from "./sink.ts";
import { toMeshError } from "./to-mesh-error.ts";

export interface RouterOptions {
  readonly nodeId: NodeId;
  /** As they are now: they change while the node runs. */
  readonly settings: () => RoutingSettings;
  readonly backends: () => readonly Backend[];
  readonly health: Pick<HealthBook, "standingOf" | "begin">;
  readonly figures: Pick<ObservedFigures, "finished" | "figures" | "wasBusy">;
  /** Remembers what has become of requests. */
  readonly remember: (record: RequestRecord) => void;
  readonly clock: Clock;
  /** 0 to 1, exclusive. */
  readonly random: () => number;
  readonly log: Log;
}

/**
 * The one way of every request, whatever dialect and transport it came by: candidates → filter → rank → attempt → fail
 * over → account.
 */
export class Router {
  readonly #options: RouterOptions;
  readonly #chooser: RouteChooser;
  readonly #lookup: ModelLookup;
  readonly #retries: RetryBudget;
  readonly #tools: RouteTools;
  readonly #didFinish = new Emitter<RequestRecord>();
  readonly #didChangeOpen = new Emitter<number>();
  /** What ends each open request. */
  readonly #open = new LinkedList<AbortController>();
  /** Request names are unlike those of other nodes and other starts. */
  readonly #idPrefix = randomBytes(4).toString("hex");
  #nextId = 1;
  #isDraining = false;

  /** Fires with each request that got as far as a choice of places. */
  readonly onDidFinish = this.#didFinish.event;
  /** Fires with the number of requests that are being answered. */
  readonly onDidChangeOpenRequests = this.#didChangeOpen.event;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#chooser = new RouteChooser(options);
    this.#lookup = new ModelLookup(options);
    this.#retries = new RetryBudget(() => options.settings().retryBudgetPercent, options.clock);
    this.#tools = this.#makeTools(options);
  }

  get openRequests(): number {
    return this.#open.size;
  }

  get backends(): readonly Backend[] {
    return this.#options.backends();
  }

  /** Requests of this node at a backend, those that wait for it here included. */
  openAt(backendId: string): number {
    return this.#chooser.load.ofBackend(backendId);
  }

  /** Where requests of this node are now. */
  openPlaces(): ReturnType<OpenRequests["places"]> {
    return this.#chooser.load.places();
  }

  /** What a backend has read of conversations is lost. */
  forgetPrefixes(backendId: string): void {
    this.#chooser.forgetBackend(backendId);
  }

  /** Names that stand for different things in different places. */
  conflicts(): ArtifactConflict[] {
    return this.#chooser.conflicts();
  }

  /** Breaks off every open answer, each with an error that says why. */
  abort(): void {
    this.#isDraining = true;
    const reason = new MeshError("node_draining", {});
    for (const abort of this.#open.values()) abort.abort(reason);
  }

  /** From now on new requests are refused, while open ones go on. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Models that can be asked for, each once; aliases included. `looks` for those that may have appeared. */
  async listModels(signal: AbortSignal, { looks = true } = {}): Promise<string[]> {
    if (looks) await this.#lookup.refresh(signal);
    const models = this.backends.flatMap((backend) => backend.models().map((model) => model.id));
    return [...new Set([...Object.keys(this.#options.settings().aliases), ...models])];
  }

  /** Where such a request would go now. Looks for models that may have appeared, and sends nothing. */
  async explain(question: ExplainQuestion, signal: AbortSignal): Promise<ExplainAnswer> {
    await this.#lookup.refresh(signal);
    return this.#chooser.explain(question);
  }

  /** Answers one request into a sink. Never rejects: every failure reaches the sink, exactly once. */
  async route(incoming: IncomingRequest, sink: Sink, clientSignal: AbortSignal): Promise<void> {
    const abort = new AbortController();
    const onClientAbort = (): void => abort.abort(clientSignal.reason);
    if (clientSignal.aborted) onClientAbort();
    else clientSignal.addEventListener("abort", onClientAbort);
    try {
      await this.routeWith(incoming, sink, abort);
    } finally {
      clientSignal.removeEventListener("abort", onClientAbort);
    }
  }

  /** The same for a caller that has a controller for this request alone: it is aborted from here as well, by `abort`. */
  async routeWith(incoming: IncomingRequest, sink: Sink, abort: AbortController): Promise<void> {
    const open = this.#open.append(abort);
    const id = `${this.#idPrefix}-${(this.#nextId++).toString(36)}`;
    try {
      this.#didChangeOpen.fire(this.#open.size);
      if (this.#isDraining) throw new MeshError("node_draining", {});
      await this.#answer(id, incoming, sink, abort.signal);
    } catch (error) {
      fail(incoming, sink, this.#toMeshError(error), this.#headers(id, incoming, null, 0));
    } finally {
      this.#open.remove(open);
      this.#didChangeOpen.fire(this.#open.size);
    }
  }

  async #answer(id: string, incoming: IncomingRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    const { clock, nodeId } = this.#options;
    const startedAt = clock.now();
    const at = new Date();
    const { boundary } = incoming;
    const envelope = boundary === undefined ? scanEnvelope(incoming.body) : scanForm(incoming.body, boundary);
    const keys = new LazyKeys(incoming.body, envelope);
    let choice = this.#chooser.choose(incoming, envelope, keys);
    if (mayHaveAppeared(choice)) {
      await this.#lookup.refresh(signal);
      choice = this.#chooser.choose(incoming, envelope, keys);
    }
    this.#retries.countRequest();
    const { path, body, caller, meshPath = [] } = incoming;
    const request = { id, path, body, boundary, caller, envelope, meshPath, privacy: choice.privacy };
    const outcome = await new RouteRun(this.#tools, { incoming, request, choice, sink, signal }).run();
    const { answer, error, isUntold } = outcome;
    if (error !== null && isUntold) {
      fail(incoming, sink, error, this.#headers(id, incoming, null, outcome.attempts.length));
    }
    if (answer !== null) incoming.onDidAnswer?.(answer);
    if (answer !== null) this.#chooser.remember(choice, keys, answer.candidate);
    if (answer !== null && error === null) observe(this.#options.figures, answer, envelope);
    const routed = { id, incoming, envelope, choice, outcome, startedAt, endedAt: clock.now(), at };
    this.#tell(recordOf(nodeId, routed));
  }

  #makeTools({ backends, clock, health, random, figures }: RouterOptions): RouteTools {
    return {
      now: () => clock.now(),
      backends,
      beginTrial: ({ backendId }, isForced) => health.begin(backendId, isForced),
      onBusy: ({ backendId, modelId }) => figures.wasBusy(backendId, modelId),
      enter: ({ backendId, modelId }) => this.#chooser.load.enter(backendId, modelId),
      mayRetry: async (failures, signal) => {
        if (!this.#retries.tryRetry()) return false;
        // An abort is told by the signal itself.
        await delay(retryPauseMs(failures, random()), undefined, { signal }).catch(() => undefined);
        return true;
      },
      onBegin: ({ incoming, request }, candidate, attempts) => this.#headers(request.id, incoming, candidate, attempts),
      toMeshError: (error) => this.#toMeshError(error),
    };
  }

  /** What an answer's head says of where it comes from; whoever has no head is told apart. */
  #headers(
    requestId: string,
    { onRoute }: IncomingRequest,
    candidate: Candidate | null,
    attempts: number,
  ): readonly (readonly [string, string])[] {
    const tag: RouteTag = {
      requestId,
      node: this.#options.nodeId,
      backend: candidate?.backendId ?? null,
      model: candidate?.modelId ?? null,
      artifact: candidate?.artifact ?? null,
      attempts,
    };
    onRoute?.(tag);
    return [[routeHeader, printRouteTag(tag)]];
  }

  /** A listener's own fault is none of the request's, which has been answered. */
  #tell(record: RequestRecord): void {
    const { id, answeredBy, explanation, error, totalMs, attempts } = record;
    // Those that went well are in the request log; what went wrong belongs beside the other events.
    this.#options.log[error === null ? "debug" : "info"]("request.finished", {
      request: id,
      backend: answeredBy?.backend ?? null,
      model: answeredBy?.model ?? explanation.asked,
      attempts: attempts.length,
      durationMs: totalMs,
      error,
    });
    try {
      this.#options.remember(record);
      this.#didFinish.fire(record);
    } catch (cause) {
      this.#toMeshError(cause);
    }
  }

  #toMeshError(error: unknown): MeshError {
    return toMeshError(error, this.#options.log);
  }
}

function fail({ original }: IncomingRequest, sink: Sink, error: MeshError, headers: AnswerHead["headers"]): void {
  if (original === undefined) sink.fail(error, headers);
  else original.fail(sink, error, headers);
}
