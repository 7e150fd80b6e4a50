import type { Clock } from "../platform/clock.ts";

/** The first crash costs no wait: most are a single bad moment. Then from one second on, doubled each time. */
const firstWaitMs = 1000;
const longestWaitMs = 60_000;
/** An engine that has gone this long without a crash has proved itself. */
const forgottenAfterMs = 10 * 60_000;

/** How soon an engine may be started again, so that one which crashes at every request does not eat the machine. */
export class CrashBackoff {
  readonly #clock: Clock;
  #crashes = 0;
  #lastCrashAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get crashes(): number {
    return this.#crashes;
  }

  /** Milliseconds until the next start; 0 when it may be now. */
  get waitMs(): number {
    if (this.#crashes < 2) return 0;
    const waitMs = Math.min(firstWaitMs * 2 ** (this.#crashes - 2), longestWaitMs);
    return Math.max(0, this.#lastCrashAt + waitMs - this.#clock.now());
  }

  crashed(): void {
    if (this.#clock.now() - this.#lastCrashAt > forgottenAfterMs) this.#crashes = 0;
    this.#crashes++;
    this.#lastCrashAt = this.#clock.now();
  }

  /** A person has asked for a start, or the file is another one. */
  forget(): void {
    this.#crashes = 0;
  }
}
