import type { LoadCommand } from "../../contract/engine/control.ts";
import { MeshError, type WireError } from "../../contract/errors/mesh-error.ts";
import type { ModelState } from "../../contract/mesh/model.ts";
import { Emitter } from "../platform/emitter.ts";
import { errorReason } from "../platform/error-reason.ts";
import type { Log } from "../platform/log.ts";
import { EngineProcess } from "./engine-process.ts";
import { readGgufHeader } from "./gguf-header.ts";

export interface ModelEngineOptions {
  readonly program: string;
  readonly runtimeFolder: string;
  readonly load: Omit<LoadCommand, "type" | "socketPath">;
  readonly log: Log;
}

/** The right to send requests to a running engine; it is not unloaded while one is held. */
export interface EngineLease {
  readonly socketPath: string;
  /** The process behind it; another one after a crash. */
  readonly pid: number | undefined;
  release(): void;
}

interface Loading {
  readonly abort: AbortController;
  readonly done: Promise<EngineProcess>;
  waiters: number;
}

/** The engine of one model: started when first needed, started anew after a crash, stopped on request. */
export class ModelEngine {
  readonly #options: ModelEngineOptions;
  readonly #didChange = new Emitter<void>();
  readonly #didProgress = new Emitter<number>();
  #process: EngineProcess | undefined;
  #loading: Loading | undefined;
  #progress: number | null = null;
  #contextTokens: number | null = null;
  #openRequests = 0;
  #problem: WireError | null = null;
  #isUnloading = false;
  #isDisposed = false;

  readonly onDidChange = this.#didChange.event;
  readonly onDidProgress = this.#didProgress.event;

  constructor(options: ModelEngineOptions) {
    this.#options = options;
  }

  get state(): ModelState {
    if (this.#isUnloading) return "unloading";
    if (this.#loading !== undefined) return "loading";
    if (this.#process !== undefined) return "loaded";
    // After a crash the next request loads it anew; only a load that failed is a failure.
    return this.#problem === null || this.#problem.code === "engine_crashed" ? "available" : "failed";
  }
  /** Share of the weights read while loading; otherwise null. */
  get progress(): number | null {
    return this.#progress;
  }
  get contextTokens(): number | null {
    return this.#contextTokens;
  }
  get openRequests(): number {
    return this.#openRequests;
  }
  /** Why the last attempt failed. */
  get problem(): WireError | null {
    return this.#problem;
  }

  /**
   * Waits until the model is loaded, starting that if needed. Several callers share one load; it is cancelled when the
   * last of them has gone.
   *
   * @throws MeshError what the engine said, or the signal's reason
   */
  async load(signal: AbortSignal): Promise<EngineProcess> {
    // A load that everybody has left is on its way out; whoever comes now wants a new one.
    while (this.#loading?.abort.signal.aborted === true) await this.#loading.done.catch(() => undefined);
    signal.throwIfAborted();
    if (this.#isDisposed) throw new MeshError("node_draining", {});
    if (this.#process !== undefined && !this.#isUnloading) return this.#process;
    this.#loading ??= this.#start();
    const loading = this.#loading;
    loading.waiters++;
    const leave = (): void => {
      loading.waiters--;
      if (loading.waiters === 0) loading.abort.abort(new MeshError("model_load_cancelled", { model: this.#modelId }));
    };
    return await new Promise((resolve, reject) => {
      const onAbort = (): void => {
        leave();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      loading.done.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  }

  /** Loads if needed, and keeps the engine until the lease is released. */
  async acquire(signal: AbortSignal): Promise<EngineLease> {
    const engine = await this.load(signal);
    this.#openRequests++;
    this.#didChange.fire();
    let held = true;
    return {
      socketPath: engine.socketPath,
      pid: engine.pid,
      release: () => {
        if (!held) return;
        held = false;
        this.#openRequests--;
        this.#didChange.fire();
        if (this.#isDisposed && this.#openRequests === 0) void this.unload(true);
      },
    };
  }

  /** Frees the memory. @throws MeshError `model_in_use` unless forced; a load in progress is cancelled */
  async unload(force: boolean): Promise<void> {
    if (this.#openRequests > 0 && !force) {
      throw new MeshError("model_in_use", { model: this.#modelId, openRequests: this.#openRequests });
    }
    this.#loading?.abort.abort(new MeshError("model_load_cancelled", { model: this.#modelId }));
    await this.#loading?.done.catch(() => undefined);
    this.#problem = null;
    const engine = this.#process;
    if (engine === undefined) return;
    this.#isUnloading = true;
    this.#didChange.fire();
    await engine.stop();
    this.#isUnloading = false;
    this.#didChange.fire();
  }

  /** Answers what it has begun, takes nothing new, and ends. */
  async retire(): Promise<void> {
    this.#isDisposed = true;
    if (this.#openRequests === 0) await this.unload(true);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.unload(true);
  }

  get #modelId(): string {
    return this.#options.load.modelId;
  }

  #start(): Loading {
    const abort = new AbortController();
    this.#problem = null;
    const done = this.#run(abort.signal).finally(() => {
      this.#loading = undefined;
      this.#progress = null;
      this.#didChange.fire();
    });
    // A load that everybody has left still settles.
    done.catch(() => undefined);
    this.#didChange.fire();
    return { abort, done, waiters: 0 };
  }

  async #run(signal: AbortSignal): Promise<EngineProcess> {
    const { log } = this.#options;
    const startedAt = performance.now();
    try {
      // The file may have been replaced since it was listed, and a native parser must not be the first to notice.
      await readGgufHeader(this.#options.load.modelPath, { signal });
      const engine = new EngineProcess(this.#options);
      engine.onDidProgress((progress) => {
        this.#progress = progress;
        this.#didProgress.fire(progress);
      });
      const ready = await engine.load(signal);
      engine.onDidExit(() => this.#exited(engine));
      this.#process = engine;
      this.#contextTokens = ready.contextTokens;
      const durationMs = Math.round(performance.now() - startedAt);
      log.info("model.loaded", { model: this.#modelId, durationMs, threads: ready.threads, device: ready.device });
      return engine;
    } catch (error) {
      const known = error instanceof MeshError ? error : this.#startFailed(error);
      log.warn("model.loadFailed", { model: this.#modelId, code: known.code });
      if (known.code !== "model_load_cancelled") this.#problem = known.toWire();
      throw known;
    }
  }

  #startFailed(error: unknown): MeshError {
    const params = { model: this.#modelId, reason: errorReason(error) };
    return new MeshError("engine_start_failed", params, { cause: error });
  }

  #exited(engine: EngineProcess): void {
    if (this.#process !== engine) return;
    this.#process = undefined;
    this.#contextTokens = null;
    if (!this.#isUnloading) {
      this.#problem = new MeshError("engine_crashed", { model: this.#modelId }).toWire();
      this.#options.log.error("engine.crashed", { model: this.#modelId, openRequests: this.#openRequests });
    }
    this.#didChange.fire();
  }
}
