import { errorReason } from "./error-reason.ts";

/** A registered listener; disposing removes it, at once. */
export interface Subscription {
  dispose(): void;
}

/** Registers a listener. */
export type Event<T> = (listener: (value: T) => void) => Subscription;

/** The name of the process warning that tells of a listener that throws. */
export const listenerWarning = "ListenerFailed";

/**
 * A typed source of events. Listeners run at once, in the order in which they were added. One that throws harms neither the
 * others nor whoever fires: its first failure becomes a warning of the process, which the log takes, and it stays registered.
 */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #reported = new WeakSet<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    // A wrapper makes each registration its own, even of the same function.
    const registered = (value: T): void => listener(value);
    this.#listeners.add(registered);
    return { dispose: () => void this.#listeners.delete(registered) };
  };

  fire(value: T): void {
    if (this.#listeners.size === 0) return;
    for (const listener of [...this.#listeners]) {
      // One that an earlier listener has just disposed must not hear of it any more.
      if (!this.#listeners.has(listener)) continue;
      try {
        listener(value);
      } catch (error) {
        this.#report(listener, error);
      }
    }
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  #report(listener: (value: T) => void, error: unknown): void {
    if (this.#reported.has(listener)) return;
    this.#reported.add(listener);
    const detail = error instanceof Error ? (error.stack ?? "") : "";
    process.emitWarning(`A listener failed: ${errorReason(error)}`, { type: listenerWarning, detail });
  }
}
