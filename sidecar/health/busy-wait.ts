import type { Clock } from "../platform/clock.ts";

/** The wait where the backend names none, doubled each time, and the longest of both kinds, in milliseconds. */
const firstUnnamedMs = 1000;
const longestUnnamedMs = 30_000;
const longestNamedMs = 300_000;

/** How long a backend that has no room (429, 503) is left alone. */
export class BusyWait {
  readonly #clock: Clock;
  #until = 0;
  #unnamedMs = firstUnnamedMs;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** 0 when it may be asked. */
  get waitMs(): number {
    // Nearly always: each choice of a place asks this of each backend, and the clock takes longer than the rest.
    if (this.#until === 0) return 0;
    return Math.max(0, this.#until - this.#clock.now());
  }

  /** `retryAfterMs` is what the backend says; null when it says nothing. */
  refused(retryAfterMs: number | null): void {
    const now = this.#clock.now();
    if (retryAfterMs !== null && retryAfterMs > 0) {
      this.#until = Math.max(this.#until, now + Math.min(retryAfterMs, longestNamedMs));
      return;
    }
    // Requests that were sent together are refused together: that is one refusal, not many.
    if (this.waitMs > 0) return;
    this.#until = now + this.#unnamedMs;
    this.#unnamedMs = Math.min(2 * this.#unnamedMs, longestUnnamedMs);
  }

  /** It has answered. What it has said about waiting still holds: the answer may have been on its way for long. */
  answered(): void {
    if (this.waitMs === 0) this.#unnamedMs = firstUnnamedMs;
  }

  forget(): void {
    this.#until = 0;
    this.#unnamedMs = firstUnnamedMs;
  }
}
