import type { Clock } from "../platform/clock.ts";
import { BreakerPermit, type Permit, type PermitEvents } from "./breaker-permit.ts";
import { OutcomeWindow } from "./outcome-window.ts";

/** What opens it: failures in a row, or their share among at least so many requests of the window. */
const failuresInRow = 5;
const windowMs = 30_000;
const leastRequests = 10;
const failureShare = 0.5;
/** Successes in a row that close it again. */
const provingSuccesses = 2;
const firstBackoffMs = 10_000;
const longestBackoffMs = 5 * 60_000;
/** A back-off is up to this share shorter or longer, so that many nodes do not come back together. */
const jitter = 0.2;
/** Closed for this long, it has recovered: the next back-off is the first again. */
const recoveredAfterMs = 30_000;

export type BreakerState = "closed" | "open" | "half-open";

/**
 * Stops asking what fails: closed, then open after failures, half-open after a back-off, and closed again when trials
 * succeed, one at a time.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #window = new OutcomeWindow(windowMs);
  #state: BreakerState = "closed";
  /** Counts the openings: what was let through before the last one says nothing about the time after it. */
  #era = 0;
  #failuresInRow = 0;
  #breaksInRow = 0;
  #successesInRow = 0;
  #hasTrial = false;
  #openings = 0;
  #retryAt = 0;
  #closedAt: number | null = null;
  readonly #outcomes: PermitEvents = {
    // A trial of the outage before holds up the next one as well: a backend that hangs must not collect them.
    trialEnded: () => {
      this.#hasTrial = false;
    },
    isPresent: (era) => era === this.#era,
    succeeded: () => this.#succeeded(),
    brokeOff: () => this.#brokeOff(),
    completed: () => {
      this.#breaksInRow = 0;
    },
    failed: () => this.#failed(),
  };

  /** `random` gives 0 to 1, exclusive. */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  get state(): BreakerState {
    if (this.#state === "open" && this.#clock.now() >= this.#retryAt) this.#enterHalfOpen();
    return this.#state;
  }

  /** Until a trial may be made; 0 when it is not open. */
  get retryAfterMs(): number {
    return this.state === "open" ? this.#retryAt - this.#clock.now() : 0;
  }

  /** True while the only trial is under way. */
  get hasTrial(): boolean {
    return this.#hasTrial;
  }

  /** Since when it is closed after an outage; null before the first one, and while it is not closed. */
  get closedAt(): number | null {
    return this.#state === "closed" ? this.#closedAt : null;
  }

  /** Requests of the last 30 seconds. */
  get recent(): { readonly failures: number; readonly total: number } {
    return this.#window.counts(this.#clock.now());
  }

  /** Null while it is open, or half-open with a trial under way. `isForced` lets a request through whatever the state is. */
  begin(isForced = false): Permit | null {
    const { state } = this;
    if (state === "closed") return this.#permit(false);
    if (state === "half-open" && !this.#hasTrial) {
      this.#hasTrial = true;
      return this.#permit(true);
    }
    return isForced ? this.#permit(false) : null;
  }

  /** Opens it at once; while it is half-open the back-off grows. */
  trip(): void {
    if (this.state === "open") this.#retryAt = Math.max(this.#retryAt, this.#clock.now() + this.#backoff());
    else this.#open();
  }

  /** Ends the back-off: there is reason to think that it works again. */
  admitTrial(): void {
    if (this.state === "open") this.#enterHalfOpen();
  }

  /** It is known to work. */
  close(): void {
    if (this.state === "closed") return;
    this.#state = "closed";
    this.#closedAt = this.#clock.now();
    this.#forgetOutcomes();
  }

  /** As if nothing had ever happened. */
  reset(): void {
    this.close();
    this.#forgetOutcomes();
    this.#era++;
    this.#openings = 0;
    this.#closedAt = null;
  }

  #permit(isTrial: boolean): Permit {
    return new BreakerPermit(this.#outcomes, isTrial, this.#era);
  }

  #succeeded(): void {
    this.#window.succeeded(this.#clock.now());
    this.#failuresInRow = 0;
    // Only a forced request can have been let through while open: its answer ends the back-off.
    this.admitTrial();
    if (this.#state !== "half-open") return;
    this.#successesInRow++;
    if (this.#successesInRow >= provingSuccesses) this.close();
  }

  #brokeOff(): void {
    this.#window.turned(this.#clock.now());
    this.#breaksInRow++;
    this.#judge(this.#breaksInRow);
  }

  #failed(): void {
    this.#window.failed(this.#clock.now());
    this.#failuresInRow++;
    this.#judge(this.#failuresInRow);
  }

  #judge(inRow: number): void {
    const { state } = this;
    const { failures, total } = this.recent;
    const isTooMany = inRow >= failuresInRow || (total >= leastRequests && failures >= failureShare * total);
    // A forced request that fails while it is open says nothing new.
    if (state === "half-open" || (state === "closed" && isTooMany)) this.#open();
  }

  #open(): void {
    const now = this.#clock.now();
    const wasRecovered =
      this.#state === "closed" && (this.#closedAt === null || now - this.#closedAt >= recoveredAfterMs);
    this.#openings = wasRecovered ? 1 : this.#openings + 1;
    this.#state = "open";
    this.#era++;
    this.#forgetOutcomes();
    this.#retryAt = now + this.#backoff();
  }

  #enterHalfOpen(): void {
    this.#state = "half-open";
    this.#successesInRow = 0;
  }

  #forgetOutcomes(): void {
    this.#window.clear();
    this.#failuresInRow = 0;
    this.#breaksInRow = 0;
    this.#successesInRow = 0;
  }

  #backoff(): number {
    const doublings = Math.min(Math.max(0, this.#openings - 1), 10);
    const spread = 1 - jitter + 2 * jitter * this.#random();
    return Math.min(longestBackoffMs, firstBackoffMs * 2 ** doublings * spread);
  }
}
