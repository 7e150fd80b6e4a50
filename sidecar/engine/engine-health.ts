import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";
import type { Log } from "../platform/log.ts";
import { CrashBackoff } from "./crash-backoff.ts";
import type { EngineProcess } from "./engine-process.ts";
import { EngineWatch } from "./engine-watch.ts";

export interface EngineHealthOptions {
  readonly modelId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long an engine may be silent before it is killed, and how long one step may take, in milliseconds. */
  readonly silenceMs: number;
  readonly stepMs: number;
}

/** Whether a model's engine still lives, why it has ended, and how soon another one may be started. */
export class EngineHealth implements Disposable {
  readonly #options: EngineHealthOptions;
  readonly #backoff: CrashBackoff;
  #watch: EngineWatch | undefined;
  #wedged: MeshError | undefined;

  constructor(options: EngineHealthOptions) {
    this.#options = options;
    this.#backoff = new CrashBackoff(options.clock);
  }

  /** From now on this is the engine; one that does not answer any more is killed. */
  follow(engine: EngineProcess): void {
    const { clock, log, modelId: model, silenceMs, stepMs } = this.#options;
    this.#wedged = undefined;
    this.#watch = new EngineWatch({
      clock,
      silenceMs,
      stepMs,
      ask: () => engine.stats(),
      onWedged: (reason) => {
        const seconds = (reason === "silent" ? silenceMs : stepMs) / 1000;
        this.#wedged = new MeshError("engine_unresponsive", { model, seconds });
        log.error("engine.unresponsive", { model, reason, seconds, pid: engine.pid ?? null });
        engine.kill();
      },
    });
  }

  /** Tells whether somebody waits for the engine's answers. */
  set isNeeded(isNeeded: boolean) {
    if (this.#watch !== undefined) this.#watch.isNeeded = isNeeded;
  }

  /** An engine has ended that nobody wanted to end. @returns what to tell of it */
  crashed(openRequests: number): MeshError {
    const { modelId: model, log } = this.#options;
    this.#backoff.crashed();
    log.error("engine.crashed", { model, openRequests, crashes: this.#backoff.crashes });
    return this.#wedged ?? new MeshError("engine_crashed", { model });
  }

  /** @throws MeshError `engine_restarting` while a new engine would come too soon after the last crashes */
  assertMayStart(): void {
    const { waitMs, crashes } = this.#backoff;
    if (waitMs === 0) return;
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    throw new MeshError("engine_restarting", { model: this.#options.modelId, crashes, retryAfterSeconds });
  }

  /** A person wants it started now, whatever happened before. */
  forgive(): void {
    this.#backoff.forget();
  }

  /** The engine that was followed has ended, or is going to. */
  dispose(): void {
    this.#watch?.dispose();
    this.#watch = undefined;
  }
}
