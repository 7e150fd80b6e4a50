import { errorReason } from "./error-reason.ts";

/** A registered listener; disposing removes it, at once. */
export interface Subscription {
  dispose(): void;
}

/** Registers a listener. */
export type Event<T> = (listener: (value: T) => void) => Subscription;

/** The name of the process warning that tells of a listener that throws. */
export const listenerWarning = "ListenerFailed";

interface Registration<T> {
  readonly listener: (value: T) => void;
  isDisposed: boolean;
  hasFailed: boolean;
}

/**
 * A typed source of events. Listeners run at once, in the order in which they were added. One that throws harms neither the
 * others nor whoever fires: its first failure becomes a warning of the process, which the log takes, and it stays registered.
 */
export class Emitter<T> {
  /** Never changed in place: some fire a thousand times for each registration. */
  #registered: readonly Registration<T>[] = [];

  readonly event: Event<T> = (listener) => {
    const registration: Registration<T> = { listener, isDisposed: false, hasFailed: false };
    this.#registered = [...this.#registered, registration];
    return {
      dispose: () => {
        registration.isDisposed = true;
        this.#registered = this.#registered.filter((each) => each !== registration);
      },
    };
  };

  fire(value: T): void {
    for (const registration of this.#registered) {
      // One that an earlier listener has just disposed must not hear of it any more.
      if (registration.isDisposed) continue;
      try {
        registration.listener(value);
      } catch (error) {
        this.#report(registration, error);
      }
    }
  }

  get listenerCount(): number {
    return this.#registered.length;
  }

  #report(registration: Registration<T>, error: unknown): void {
    if (registration.hasFailed) return;
    registration.hasFailed = true;
    const detail = error instanceof Error ? (error.stack ?? "") : "";
    process.emitWarning(`A listener failed: ${errorReason(error)}`, { type: listenerWarning, detail });
  }
}
