import type { EngineStats } from "../../contract/engine/control.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";

export interface EngineWatchOptions {
  readonly clock: Clock;
  /** How long the engine may leave a question without an answer, in milliseconds. */
  readonly silenceMs: number;
  /** How long one step of the model may take, in milliseconds. */
  readonly stepMs: number;
  /** Undefined when the engine has ended. */
  readonly ask: () => Promise<EngineStats | undefined>;
  readonly onWedged: (reason: "silent" | "stuck") => void;
}

/** Questions in the time that an engine may be silent. */
const questions = 4;

/**
 * Finds an engine that lives and does nothing: its JavaScript in an endless loop (a hostile chat template), or its
 * native code in a step that never ends. It counts questions instead of looking at the time alone, so that a computer
 * which wakes from sleep does not take its engines for dead.
 */
export class EngineWatch implements Disposable {
  readonly #options: EngineWatchOptions;
  #timer: Disposable | undefined;
  #isWaiting = false;
  #unanswered = 0;

  constructor(options: EngineWatchOptions) {
    this.#options = options;
  }

  /** Only an engine that somebody waits for is asked. */
  set isNeeded(isNeeded: boolean) {
    if (!isNeeded) this.dispose();
    else if (this.#timer === undefined) this.#ask();
  }

  dispose(): void {
    void this.#timer?.dispose();
    this.#timer = undefined;
    this.#unanswered = 0;
  }

  #ask(): void {
    const { clock, silenceMs } = this.#options;
    this.#timer = clock.after(silenceMs / questions, () => this.#check());
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#options.ask().then((stats) => {
      this.#isWaiting = false;
      this.#unanswered = 0;
      if (this.#timer !== undefined && (stats?.runningStepMs ?? 0) > this.#options.stepMs) this.#wedged("stuck");
    });
  }

  #check(): void {
    if (this.#isWaiting) this.#unanswered++;
    if (this.#unanswered >= questions) this.#wedged("silent");
    else this.#ask();
  }

  #wedged(reason: "silent" | "stuck"): void {
    this.dispose();
    this.#options.onWedged(reason);
  }
}
