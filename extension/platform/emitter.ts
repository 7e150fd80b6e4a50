/** Something that holds a resource until it is disposed. Disposing twice does nothing. */
export interface Disposable {
  dispose(): void;
}

/** Registers a listener; disposing what comes back removes it. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** A typed source of events that needs no editor, so that what uses it can be tested without one. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    const registered = (value: T): void => listener(value);
    this.#listeners.add(registered);
    return { dispose: () => void this.#listeners.delete(registered) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
