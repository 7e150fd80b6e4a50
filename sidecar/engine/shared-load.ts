/** Work that several wait for. It is cancelled when the last of them has gone. */
export class SharedLoad<T> {
  readonly done: Promise<T>;
  readonly #abort = new AbortController();
  readonly #cancelled: () => Error;
  #waiters = 0;

  /** @param cancelled the reason to give when it is cancelled */
  constructor(work: (signal: AbortSignal) => Promise<T>, cancelled: () => Error) {
    this.#cancelled = cancelled;
    this.done = work(this.#abort.signal);
    // Work that everybody has left still settles.
    this.done.catch(() => undefined);
  }

  get isCancelled(): boolean {
    return this.#abort.signal.aborted;
  }

  cancel(): void {
    this.#abort.abort(this.#cancelled());
  }

  /** @throws what the work throws, or the signal's reason */
  join(signal: AbortSignal): Promise<T> {
    this.#waiters++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters--;
        if (this.#waiters === 0) this.cancel();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.done.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  }
}
