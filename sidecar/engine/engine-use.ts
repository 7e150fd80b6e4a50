import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";

export interface EngineUseOptions {
  /** 0 never elapses. */
  readonly idleMs: number;
  readonly clock: Clock;
  readonly onIdle: () => void;
}

/** Who needs an engine, since when nobody does, and until when it stays. */
export class EngineUse implements Disposable {
  readonly #options: EngineUseOptions;
  #timer: Disposable | undefined;
  #unloadsAt: Date | null = null;
  #lastUsedAt = 0;

  /** Requests being answered. */
  openRequests = 0;
  /** Requests that wait for the load, or have just been told that it is done. */
  claims = 0;

  constructor(options: EngineUseOptions) {
    this.#options = options;
  }

  get isNeeded(): boolean {
    return this.openRequests + this.claims > 0;
  }
  /** Milliseconds of the clock. */
  get lastUsedAt(): number {
    return this.#lastUsedAt;
  }
  /** By the wall clock; null while it is needed or stays for ever. */
  get unloadsAt(): Date | null {
    return this.#unloadsAt;
  }

  /** Notes a use. The countdown begins anew where there is something to unload that nobody needs. */
  note(canUnload: boolean): void {
    this.dispose();
    const { idleMs, clock, onIdle } = this.#options;
    this.#lastUsedAt = clock.now();
    if (!canUnload || this.isNeeded || idleMs === 0) return;
    this.#unloadsAt = new Date(Date.now() + idleMs);
    this.#timer = clock.after(idleMs, () => {
      this.dispose();
      onIdle();
    });
  }

  /** Ends the countdown; `note` may begin another. */
  dispose(): void {
    void this.#timer?.dispose();
    this.#timer = undefined;
    this.#unloadsAt = null;
  }
}
