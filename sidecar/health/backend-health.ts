import type { Health } from "../../contract/mesh/health.ts";
import type { ProbeLevel, ProbeResult } from "../backends/backend.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";
import { Emitter, type Event } from "../platform/emitter.ts";
import type { Permit } from "./breaker-permit.ts";
import { BusyWait } from "./busy-wait.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { describeFailure, judgeFailure } from "./judge-failure.ts";
import { isSameVerdict, judgeStanding, type Verdict } from "./judge-standing.ts";
import { type DrainEnd, ManualState } from "./manual-state.ts";
import { ProbeRecord } from "./probe-record.ts";
import { RequestTrial, type TrialEvents } from "./request-trial.ts";
import { firstShare, slowStartShare } from "./slow-start.ts";
import type { FailureReason, Standing, Trial } from "./standing.ts";
import { WakeTimer } from "./wake-timer.ts";

/** While failures of the last 30 seconds count, how often it is looked whether they still do, in milliseconds. */
const lookAgainMs = 1000;

export interface BackendHealthOptions {
  readonly clock: Clock;
  /** 0 to 1, exclusive. */
  readonly random: () => number;
  readonly isEnabled: boolean;
  /** For a backend that knows how it is without being asked; absent for one that is probed. */
  readonly ownHealth?: () => { readonly health: Health; readonly reason: string | null };
}

/** What this node knows of one backend: from probes, from the requests that it got, and from what a person has set. */
export class BackendHealth implements Disposable {
  readonly #options: BackendHealthOptions;
  readonly #clock: Clock;
  readonly #breaker: CircuitBreaker;
  readonly #busy: BusyWait;
  readonly #probes = new ProbeRecord();
  readonly #didChange = new Emitter<void>();
  readonly #manual: ManualState;
  /** Fires when health, reason or rejection have changed. */
  readonly onDidChange = this.#didChange.event;
  /** A drain is over: everything has been answered, or its deadline has come. */
  readonly onDidDrain: Event<DrainEnd>;
  #lastAnswerAt: number | null = null;
  /** Answers that have begun and are not over. */
  #answering = 0;
  /** True when a request would have succeeded, as last seen: an answer came, or a probe showed that one would. */
  #isProven = false;
  #isEjectedByProbe = false;
  /** True when a probe or an answer has shown since the ejection that it is back. */
  #isBack = false;
  #lastFailure: string | null = null;
  /** As listeners know it. */
  #shown: Verdict;
  #since: number;
  readonly #wake: WakeTimer;
  readonly #trialEvents: TrialEvents;
  #isDisposed = false;

  constructor(options: BackendHealthOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#breaker = new CircuitBreaker(options.clock, options.random);
    this.#busy = new BusyWait(options.clock);
    this.#manual = new ManualState(options.clock, options.isEnabled);
    this.onDidDrain = this.#manual.onDidDrain;
    this.#wake = new WakeTimer(options.clock, () => this.#settle());
    this.#trialEvents = {
      answered: (permit) => this.#answered(permit),
      brokeOff: (permit) => this.#brokeOff(permit),
      failed: (permit, reason) => this.#failed(permit, reason),
      abandoned: (permit) => this.#abandoned(permit),
      count: (answering, inFlight) => {
        this.#answering += answering;
        if (inFlight !== 0) this.#manual.changeInFlight(inFlight);
      },
    };
    this.#shown = this.#judge();
    this.#since = options.clock.now();
  }

  get standing(): Standing {
    const verdict = this.#judge();
    const isSame = verdict.health === this.#shown.health;
    return {
      health: verdict.health,
      reason: verdict.reason,
      rejection: verdict.rejection,
      retryAfterMs: verdict.retryAfterMs,
      since: isSame ? this.#since : this.#clock.now(),
      share: this.#share(),
      networkMs: this.#probes.networkMs,
    };
  }

  /** Requests of this node that it is answering. */
  get inFlight(): number {
    return this.#manual.inFlight;
  }

  /** When the last request got its first byte, in milliseconds of the clock; null before that. */
  get lastAnswerAt(): number | null {
    return this.#lastAnswerAt;
  }

  /**
   * A request is about to be sent. Null when the backend may not be asked now: its standing has a rejection. `isForced` is
   * for a caller that has nowhere else to go; it gets null only from a backend that a person has taken out.
   */
  begin(isForced = false): Trial | null {
    if (!this.#manual.isEnabled || this.#manual.isDraining) return null;
    if (!isForced && this.#judge().rejection !== null) return null;
    const permit = this.#breaker.begin(isForced);
    if (permit === null) return null;
    this.#manual.changeInFlight(1);
    if (permit.isTrial) this.#settle();
    return new RequestTrial(this.#trialEvents, permit);
  }

  /** `isByHand`: a person wants to know, and has perhaps just repaired it. */
  probeSucceeded(level: ProbeLevel, result: ProbeResult, isByHand = false): void {
    const isNews = this.#probes.succeeded(result) || isByHand;
    if (!result.isLoading) this.#believe(level, isNews);
    this.#settle();
  }

  probeFailed(reason: FailureReason): void {
    const kind = judgeFailure(reason);
    if (kind === "busy") this.#busy.refused(reason.retryAfterMs);
    if (kind === "counts" || kind === "decisive") {
      this.#probes.failed();
      this.#lastFailure = describeFailure(reason);
      if (kind === "decisive" || this.#breaker.state !== "closed" || this.#isGone) this.#eject(true);
    }
    this.#settle();
  }

  enable(): void {
    if (!this.#manual.isEnabled) {
      // Whatever was known is of another time.
      this.#isProven = false;
      this.#breaker.reset();
      this.#busy.forget();
      this.#probes.forget();
    }
    this.#manual.setEnabled(true);
    this.#settle();
  }

  /** Gets nothing new; what it is answering goes on. */
  disable(): void {
    this.#manual.setEnabled(false);
    this.#settle();
  }

  /** Gets nothing new until it is enabled again; `onDidDrain` tells when its answers are over, or at the deadline. */
  drain(deadlineMs: number): void {
    this.#manual.drain(deadlineMs);
    this.#settle();
  }

  /** What the backend knows of itself has changed. */
  refresh(): void {
    this.#settle();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#manual.dispose();
    this.#wake.dispose();
  }

  #answered(permit: Permit): void {
    this.#lastAnswerAt = this.#clock.now();
    permit.succeeded();
    this.#busy.answered();
    const { state } = this.#breaker;
    if (state !== "open") {
      this.#probes.requestAnswered();
      this.#isBack = true;
    }
    if (state === "closed") this.#isProven = true;
    this.#settle();
  }

  #brokeOff(permit: Permit): void {
    if (this.#options.ownHealth !== undefined) {
      permit.completed();
      return;
    }
    this.#lastFailure = "answers break off (upstream_disconnected)";
    this.#tell(() => permit.brokeOff());
    this.#settle();
  }

  #failed(permit: Permit, reason: FailureReason): void {
    // One that looks after itself does so for each of its models: one that is ill says nothing about the others.
    const kind = this.#options.ownHealth === undefined ? judgeFailure(reason) : "nothing";
    if (kind === "counts" || kind === "decisive") this.#lastFailure = describeFailure(reason);
    if (kind === "busy") this.#busy.refused(reason.retryAfterMs);
    if (kind === "counts") this.#tell(() => permit.failed());
    else permit.abandoned();
    if (kind === "decisive") this.#eject(false);
    this.#settle();
  }

  #abandoned(permit: Permit): void {
    permit.abandoned();
    // Of all that is told, only the place of a trial may have changed.
    if (permit.isTrial) this.#settle();
  }

  /**
   * Whether probes that fail outweigh what requests have shown: one may have been lost, and a server that does one thing at
   * a time leaves them waiting while it answers. If that answer stops as well, the request will tell.
   */
  get #isGone(): boolean {
    if (!this.#isProven) return true;
    return this.#probes.failuresInRow > 1 && this.#answering === 0;
  }

  /** What a probe that went well says about requests. `isNews` when the one before it did not go well. */
  #believe(level: ProbeLevel, isNews: boolean): void {
    if (level === "generate") this.#breaker.close();
    // A list of models that could be read all the while says nothing about why requests fail.
    if (level === "models" && isNews && this.#breaker.state !== "closed") {
      this.#breaker.admitTrial();
      this.#isBack = true;
    }
    // That somebody listens is no proof that requests are answered.
    if (level !== "port" && this.#breaker.state === "closed") this.#isProven = true;
  }

  #eject(isByProbe: boolean): void {
    if (this.#breaker.state === "closed") this.#isEjectedByProbe = isByProbe;
    this.#breaker.trip();
    this.#isProven = false;
    this.#isBack = false;
  }

  /** A request's outcome that may open the breaker. */
  #tell(outcome: () => void): void {
    const before = this.#breaker.state;
    outcome();
    if (before === "open" || this.#breaker.state !== "open") return;
    this.#isEjectedByProbe = false;
    this.#isProven = false;
    this.#isBack = false;
  }

  #share(): number {
    if (this.#breaker.state !== "closed") return firstShare;
    const { closedAt } = this.#breaker;
    return closedAt === null ? 1 : slowStartShare(this.#clock.now() - closedAt);
  }

  #judge(): Verdict {
    return judgeStanding({
      isEnabled: this.#manual.isEnabled,
      isDraining: this.#manual.isDraining,
      isLoading: this.#probes.isLoading,
      breaker: this.#breaker.state,
      hasTrial: this.#breaker.hasTrial,
      openMs: this.#breaker.retryAfterMs,
      isEjectedByProbe: this.#isEjectedByProbe,
      isBack: this.#isBack,
      busyMs: this.#busy.waitMs,
      lastFailure: this.#lastFailure,
      hasFailedProbe: this.#probes.failuresInRow > 0,
      isSlow: this.#probes.isSlow,
      recent: this.#breaker.recent,
      isProven: this.#isProven,
      own: this.#options.ownHealth?.() ?? null,
    });
  }

  /** Tells listeners when something is different, and looks again when time alone will make it so. */
  #settle(): void {
    if (this.#isDisposed) return;
    const verdict = this.#judge();
    const before = this.#shown;
    this.#shown = verdict;
    if (verdict.health !== before.health) this.#since = this.#clock.now();
    this.#wake.wakeIn(this.#nextLookMs());
    if (!isSameVerdict(verdict, before)) this.#didChange.fire();
  }

  /** Null when nothing changes with time. */
  #nextLookMs(): number | null {
    const waits = [this.#breaker.retryAfterMs, this.#busy.waitMs].filter((wait) => wait > 0);
    if (this.#breaker.recent.failures > 0) waits.push(lookAgainMs);
    return waits.length === 0 ? null : Math.min(...waits);
  }
}
