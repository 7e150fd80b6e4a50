import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Attempt } from "../../contract/mesh/routing.ts";
import type { Backend } from "../backends/backend.ts";
import type { Trial } from "../health/standing.ts";
import { AttemptSink } from "./attempt-sink.ts";
import { wordsFor } from "./attempt-words.ts";
import type { Candidate } from "./candidate.ts";
import { failureKind, retryAfterMs } from "./failure.ts";
import type { MeshRequest } from "./mesh-request.ts";
import type { OriginalRequest } from "./original-request.ts";
import type { RouteChoice } from "./route-choice.ts";
import type { Sink } from "./sink.ts";
import type { Usage } from "./usage-tail.ts";

/** What became of one request; metadata only. */
export interface RunOutcome {
  readonly attempts: readonly Attempt[];
  readonly answer: RunAnswer | null;
  /** Null when the answer is whole. */
  readonly error: MeshError | null;
  /** True when the sink has heard nothing of the error yet. */
  readonly isUntold: boolean;
}

/** An answer that has begun. Times are in milliseconds of the clock. */
export interface RunAnswer {
  readonly candidate: Candidate;
  /** When the request was on its way, its turn and the load of the model behind it. */
  readonly sentAt: number;
  readonly firstByteAt: number;
  readonly endedAt: number;
  /** Pieces in which it came: of a stream, about as many as tokens. */
  readonly pieces: number;
  readonly usage: Usage | null;
}

export interface RouteRunOptions {
  readonly request: Omit<MeshRequest, "model" | "onSent">;
  /** Where the request is one of another dialect. */
  readonly original?: OriginalRequest | undefined;
  readonly choice: RouteChoice;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly findBackend: (backendId: string) => Backend | undefined;
  /** The right to ask a place, null when it may not be asked after all. Forced where there is no other place. */
  readonly beginTrial: (candidate: Candidate, isForced: boolean) => Trial | null;
  /** A place had no room. */
  readonly onBusy: (candidate: Candidate) => void;
  /** Counts a request at a place until what it returns is called. */
  readonly enter: (candidate: Candidate) => () => void;
  /** Waits before a further attempt after a failure; false when there may be none. */
  readonly mayRetry: (failures: number, signal: AbortSignal) => Promise<boolean>;
  /** Called when an answer begins. @returns the headers that the router adds to it */
  readonly onBegin: (candidate: Candidate, attempts: number) => readonly (readonly [string, string])[];
  readonly toMeshError: (error: unknown) => MeshError;
}

/** How many places one request may fail at. Hearing that one is busy, or unable, costs little, and counts apart. */
const maxFailures = 3;
const maxBusy = 16;

/**
 * Brings one request to the best place, and to the next best as long as nothing has come of it. After its first byte it
 * goes nowhere else.
 */
export class RouteRun {
  readonly #options: RouteRunOptions;
  readonly #attempts: Attempt[] = [];
  #current: AttemptSink | undefined;
  #failures = 0;
  /** Failures after which another attempt was allowed: a place that has no room then costs no further one. */
  #allowed = 0;
  #busy = 0;

  constructor(options: RouteRunOptions) {
    this.#options = options;
    options.sink.onDrain(() => this.#current?.drained());
  }

  async run(): Promise<RunOutcome> {
    const { choice, signal } = this.#options;
    let error = choice.error;
    for (const { ranked, panic } of choice.stages) {
      for (const { candidate } of ranked) {
        if (this.#failures >= maxFailures || this.#busy >= maxBusy) break;
        if (this.#failures !== this.#allowed && !(await this.#mayGoOn())) return this.#end(error ?? notNow(choice));
        if (signal.aborted) return this.#end(this.#options.toMeshError(signal.reason));
        const outcome = await this.#ask(candidate, panic);
        if (outcome === undefined) continue;
        if (outcome.error === null || !outcome.isUntold) return outcome;
        const kind = failureKind(outcome.error);
        // What another place has said is worth more: this one has only told that it is not the right one.
        error = kind === "unable" ? (error ?? outcome.error) : outcome.error;
        if (kind === "request" || signal.aborted) return outcome;
        if (kind === "place") {
          this.#failures++;
          continue;
        }
        this.#busy++;
        if (kind === "busy") this.#options.onBusy(candidate);
      }
    }
    return this.#end(error ?? notNow(choice));
  }

  /** After a failure. */
  async #mayGoOn(): Promise<boolean> {
    this.#allowed = this.#failures;
    return await this.#options.mayRetry(this.#failures, this.#options.signal);
  }

  /** Undefined when the place may not be asked after all. */
  async #ask(candidate: Candidate, isForced: boolean): Promise<RunOutcome | undefined> {
    const { signal, now, findBackend, beginTrial, onBegin, enter } = this.#options;
    const backend = findBackend(candidate.backendId);
    if (backend === undefined) return undefined;
    // The choice has left out those for whom there are no words.
    const { request, sink, reader } = wordsFor(backend, this.#options);
    const trial = beginTrial(candidate, isForced);
    if (trial === null) return undefined;
    const startedAt = now();
    let sentAt = startedAt;
    let firstByteAt: number | undefined;
    const attempt = new AttemptSink({
      sink,
      reader,
      onBegin: () => {
        firstByteAt = now();
        trial.answered();
        this.#note(candidate, "answered", firstByteAt - startedAt);
        return onBegin(candidate, this.#attempts.length);
      },
    });
    this.#current = attempt;
    const leave = enter(candidate);
    let error: MeshError | null = null;
    try {
      const onSent = (): void => {
        sentAt = now();
      };
      await backend.forward({ ...request, model: candidate.modelId, onSent }, attempt, signal);
      if (attempt.isCutShort) error = brokenOff(candidate);
    } catch (cause) {
      error = this.#options.toMeshError(cause);
    } finally {
      leave();
    }
    if (firstByteAt === undefined) {
      this.#tellTrial(trial, error);
      // A backend that ends without an answer and without an error has broken its contract: nobody gets nothing.
      error ??= new MeshError("backend_protocol", { backend: candidate.backendId, problem: "the answer is empty" });
      this.#note(candidate, error.code, now() - startedAt);
      return this.#end(error);
    }
    if (error === null || signal.aborted) trial.ended();
    else trial.brokeOff();
    const { pieces, usage } = attempt;
    const answer = { candidate, sentAt, firstByteAt, endedAt: now(), pieces, usage };
    if (error !== null) sink.fail(error);
    return { attempts: this.#attempts, answer, error, isUntold: false };
  }

  #tellTrial(trial: Trial, error: MeshError | null): void {
    const kind = error === null || this.#options.signal.aborted ? null : failureKind(error);
    // A request that cannot be said there tells nothing about the place.
    if (error === null || kind === null || kind === "request" || kind === "unable") trial.abandoned();
    else trial.failed({ code: error.code, retryAfterMs: retryAfterMs(error), message: error.message });
  }

  #note({ backendId, modelId }: Candidate, outcome: string, ms: number): void {
    this.#attempts.push({ backend: backendId, model: modelId, outcome, ms: Math.round(ms * 10) / 10 });
  }

  #end(error: MeshError): RunOutcome {
    return { attempts: this.#attempts, answer: null, error, isUntold: true };
  }
}

const brokenOff = ({ backendId, modelId }: Candidate): MeshError =>
  new MeshError("upstream_disconnected", { backend: backendId, model: modelId });

/** Every place was taken between the choice and its turn. */
const notNow = ({ asked }: RouteChoice): MeshError =>
  new MeshError("no_place", {
    model: asked,
    reasons: ["every place is being tried by another request"],
    retryAfterSeconds: 2,
  });
