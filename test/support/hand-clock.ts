import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../extension/platform/clock.ts";

/** Time of the extension that passes when a test says so. */
export class HandClock implements Clock {
  #now = 0;
  readonly #waiting = new Set<{ readonly at: number; resolve(): void }>();

  now(): number {
    return this.#now;
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const entry = { at: this.#now + ms, resolve };
      this.#waiting.add(entry);
      signal.addEventListener("abort", () => {
        if (this.#waiting.delete(entry)) reject(signal.reason);
      });
    });
  }

  /** Lets time pass, and whatever was due go on. */
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    for (const entry of [...this.#waiting]) {
      if (entry.at > this.#now) continue;
      this.#waiting.delete(entry);
      entry.resolve();
    }
    await nextTurn();
  }
}
