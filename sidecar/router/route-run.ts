import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Attempt } from "../../contract/mesh/routing.ts";
import type { Backend } from "../backends/backend.ts";
import type { Trial } from "../health/standing.ts";
import { AttemptSink } from "./attempt-sink.ts";
import { wordsFor } from "./attempt-words.ts";
import type { Candidate } from "./candidate.ts";
import { failureKind, retryAfterMs } from "./failure.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import type { MeshRequest } from "./mesh-request.ts";
import type { RouteChoice } from "./route-choice.ts";
import type { AnswerHead, Sink } from "./sink.ts";
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

/** What all requests of a router have in common: made once, since a dozen functions per request cost more than what they do. */
export interface RouteTools {
  readonly now: () => number;
  /** As they are now. */
  readonly backends: () => readonly Backend[];
  /** The right to ask a place, null when it may not be asked after all. Forced where there is no other place. */
  readonly beginTrial: (candidate: Candidate, isForced: boolean) => Trial | null;
  /** A place had no room. */
  readonly onBusy: (candidate: Candidate) => void;
  /** Counts a request at a place until what it returns is called. */
  readonly enter: (candidate: Candidate) => () => void;
  /** Waits before a further attempt after a failure; false when there may be none. */
  readonly mayRetry: (failures: number, signal: AbortSignal) => Promise<boolean>;
  /** Called when an answer begins. @returns the headers that the router adds to it */
  readonly onBegin: (asked: RouteAsked, candidate: Candidate, attempts: number) => AnswerHead["headers"];
  readonly toMeshError: (error: unknown) => MeshError;
}

/** One request, and where its answer goes. */
export interface RouteAsked {
  readonly incoming: IncomingRequest;
  readonly request: Omit<MeshRequest, "model" | "onSent">;
  readonly choice: RouteChoice;
  readonly sink: Sink;
  readonly signal: AbortSignal;
}

/** How many places one request may fail at. Hearing that one is busy, or unable, costs little, and counts apart. */
const maxFailures = 3;
const maxBusy = 16;

/**
 * Brings one request to the best place, and to the next best as long as nothing has come of it. After its first byte it
 * goes nowhere else.
 */
export class RouteRun {
  readonly #tools: RouteTools;
  readonly #asked: RouteAsked;
  /** Those that the choice was made of. */
  readonly #backends: readonly Backend[];
  readonly #attempts: Attempt[] = [];
  #current: AttemptSink | undefined;
  #failures = 0;
  /** Failures after which another attempt was allowed: a place that has no room then costs no further one. */
  #allowed = 0;
  #busy = 0;

  constructor(tools: RouteTools, asked: RouteAsked) {
    this.#tools = tools;
    this.#asked = asked;
    this.#backends = tools.backends();
    asked.sink.onDrain(() => this.#current?.drained());
  }

  async run(): Promise<RunOutcome> {
    const { choice, signal } = this.#asked;
    let error = choice.error;
    for (const { ranked, panic } of choice.stages) {
      for (const { candidate } of ranked) {
        if (this.#failures >= maxFailures || this.#busy >= maxBusy) break;
        if (this.#failures !== this.#allowed && !(await this.#mayGoOn())) return this.#end(error ?? notNow(choice));
        if (signal.aborted) return this.#end(this.#tools.toMeshError(signal.reason));
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
        if (kind === "busy") this.#tools.onBusy(candidate);
      }
    }
    return this.#end(error ?? notNow(choice));
  }

  /** After a failure. */
  async #mayGoOn(): Promise<boolean> {
    this.#allowed = this.#failures;
    return await this.#tools.mayRetry(this.#failures, this.#asked.signal);
  }

  /** Undefined when the place may not be asked after all. */
  async #ask(candidate: Candidate, isForced: boolean): Promise<RunOutcome | undefined> {
    const { signal, incoming } = this.#asked;
    const { now } = this.#tools;
    const backend = this.#find(candidate.backendId);
    if (backend === undefined) return undefined;
    // The choice has left out those for whom there are no words.
    const { request, sink, reader } = wordsFor(backend, this.#asked, incoming.original);
    const trial = this.#tools.beginTrial(candidate, isForced);
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
        return this.#tools.onBegin(this.#asked, candidate, this.#attempts.length);
      },
    });
    this.#current = attempt;
    const leave = this.#tools.enter(candidate);
    let error: MeshError | null = null;
    try {
      const onSent = (): void => {
        sentAt = now();
      };
      await backend.forward({ ...request, model: candidate.modelId, onSent }, attempt, signal);
      if (attempt.isCutShort) error = brokenOff(candidate);
    } catch (cause) {
      error = this.#tools.toMeshError(cause);
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

  /** Only the one that was chosen: another under its name may be further away, and one that was replaced is not asked. */
  #find(backendId: string): Backend | undefined {
    const chosen = this.#backends.find(({ id }) => id === backendId);
    return chosen !== undefined && this.#tools.backends().includes(chosen) ? chosen : undefined;
  }

  #tellTrial(trial: Trial, error: MeshError | null): void {
    const kind = error === null || this.#asked.signal.aborted ? null : failureKind(error);
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
