/** A registered listener; disposing removes it, at once. */
export interface Subscription {
  dispose(): void;
}

/** Registers a listener. */
export type Event<T> = (listener: (value: T) => void) => Subscription;

interface Registration<T> {
  readonly listener: (value: T) => void;
  isDisposed: boolean;
}

/** A typed source of events. Listeners run at once, in the order in which they were added. */
export class Emitter<T> {
  /** Never changed in place: some fire a thousand times for each registration. */
  #registered: readonly Registration<T>[] = [];

  readonly event: Event<T> = (listener) => {
    const registration: Registration<T> = { listener, isDisposed: false };
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
      if (!registration.isDisposed) registration.listener(value);
    }
  }

  get listenerCount(): number {
    return this.#registered.length;
  }
}
