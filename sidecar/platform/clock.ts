import type { Disposable } from "./disposables.ts";

/** Time as an argument, so that what waits can be tested without waiting. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls back once, unless disposed before. */
  after(delayMs: number, callback: () => void): Disposable;
}

/** The longest time that a timer of Node.js keeps, in milliseconds; beyond it, it would fire at once. */
const maxDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(delayMs, maxDelayMs));
    return { dispose: () => clearTimeout(timer) };
  },
};
