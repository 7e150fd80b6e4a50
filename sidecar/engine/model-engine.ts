import type { LoadCommand } from "../../contract/engine/control.ts";
import { MeshError, type WireError } from "../../contract/errors/mesh-error.ts";
import type { ModelState } from "../../contract/mesh/model.ts";
import type { Clock } from "../platform/clock.ts";
import { Emitter } from "../platform/emitter.ts";
import { errorReason } from "../platform/error-reason.ts";
import type { Log } from "../platform/log.ts";
import { EngineHealth } from "./engine-health.ts";
import { EngineProcess } from "./engine-process.ts";
import { EngineUse } from "./engine-use.ts";
import { readGgufHeader } from "./gguf-header.ts";
import { SharedLoad } from "./shared-load.ts";

export interface ModelEngineOptions {
  readonly program: string;
  readonly runtimeFolder: string;
  readonly load: Omit<LoadCommand, "type" | "socketPath">;
  /** GPUs that the process may see, by the driver's numbers; null means all. */
  readonly devices: readonly number[] | null;
  readonly log: Log;
  readonly clock: Clock;
  /** An engine that nobody has asked for this long is unloaded, in milliseconds; 0 means never. */
  readonly idleUnloadMs: number;
  /** An engine that says nothing this long while somebody waits is killed, in milliseconds. */
  readonly silenceMs: number;
  /** So is one whose native code stays in one step for this long. */
  readonly stepMs: number;
  /** Called before each load: checks that it fits, and may unload others. @throws MeshError */
  readonly makeRoom: (signal: AbortSignal) => Promise<void>;
}

/** The right to send requests to a running engine; it is not unloaded while one is held. */
export interface EngineLease {
  readonly socketPath: string;
  /** The process behind it; another one after a crash. */
  readonly pid: number | undefined;
  release(): void;
}

const crashCodes: ReadonlySet<string> = new Set(["engine_crashed", "engine_unresponsive"]);

/** The engine of one model: started when first needed, started anew after a crash, stopped on request. */
export class ModelEngine {
  readonly #options: ModelEngineOptions;
  readonly #didChange = new Emitter<void>();
  readonly #didProgress = new Emitter<number>();
  #process: EngineProcess | undefined;
  #loading: SharedLoad<EngineProcess> | undefined;
  #progress: number | null = null;
  #contextTokens: number | null = null;
  #device: string | null = null;
  #residentBytes: number | null = null;
  readonly #use: EngineUse;
  readonly #health: EngineHealth;
  #problem: WireError | null = null;
  #unloading: Promise<void> | undefined;
  #isDisposed = false;

  readonly onDidChange = this.#didChange.event;
  readonly onDidProgress = this.#didProgress.event;

  constructor(options: ModelEngineOptions) {
    this.#options = options;
    const onIdle = (): void => void this.unloadIfIdle("idle");
    const { clock, log, load, silenceMs, stepMs } = options;
    this.#health = new EngineHealth({ modelId: load.modelId, clock, log, silenceMs, stepMs });
    this.#use = new EngineUse({ idleMs: options.idleUnloadMs, clock: options.clock, onIdle });
  }

  get state(): ModelState {
    if (this.#unloading !== undefined) return "unloading";
    if (this.#loading !== undefined) return "loading";
    if (this.#process !== undefined) return "loaded";
    // After a crash the next request loads it anew; only a load that failed is a failure.
    return this.#problem === null || crashCodes.has(this.#problem.code) ? "available" : "failed";
  }
  /** Share of the weights read while loading; otherwise null. */
  get progress(): number | null {
    return this.#progress;
  }
  get contextTokens(): number | null {
    return this.#contextTokens;
  }
  /** What its engine computed on when it last ran, such as `cpu`. */
  get device(): string | null {
    return this.#device;
  }
  get openRequests(): number {
    return this.#use.openRequests;
  }
  /** What the process holds in main memory, as last measured; null while there is none. */
  get residentBytes(): number | null {
    return this.#residentBytes;
  }
  /** When it is unloaded unless somebody needs it before; null while it is in use or is not loaded. */
  get unloadsAt(): Date | null {
    return this.#use.unloadsAt;
  }
  /** Milliseconds of the clock. */
  get lastUsedAt(): number {
    return this.#use.lastUsedAt;
  }
  /** Whoever unloads it now breaks somebody's answer or load. */
  get isInUse(): boolean {
    return this.#use.isNeeded || this.#loading !== undefined;
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
    this.#health.forgive();
    return await this.#ready(signal);
  }

  /** Loads if needed, and keeps the engine until the lease is released. */
  async acquire(signal: AbortSignal): Promise<EngineLease> {
    const engine = await this.#claim(signal);
    this.#didChange.fire();
    let held = true;
    return {
      socketPath: engine.socketPath,
      pid: engine.pid,
      release: () => {
        if (!held) return;
        held = false;
        this.#use.openRequests--;
        this.#rest();
        if (!this.isInUse) void this.measure();
        this.#didChange.fire();
        if (this.#isDisposed && this.#use.openRequests === 0) void this.unload(true);
      },
    };
  }

  /** Frees the memory. @throws MeshError `model_in_use` unless forced; a load in progress is cancelled */
  async unload(force: boolean): Promise<void> {
    const openRequests = this.#use.openRequests + (this.#loading === undefined ? this.#use.claims : 0);
    if (openRequests > 0 && !force) throw new MeshError("model_in_use", { model: this.#modelId, openRequests });
    if (this.#loading !== undefined) {
      this.#loading.cancel();
      await this.#loading.done.catch(() => undefined);
    }
    this.#problem = null;
    if (this.#process !== undefined) await this.#stop(this.#process);
  }

  /** Makes room for another model, or follows a long silence. False when somebody needs it. */
  async unloadIfIdle(reason: "idle" | "makesRoom"): Promise<boolean> {
    if (this.isInUse) return false;
    this.#options.log.info("model.unloaded", { model: this.#modelId, reason });
    await this.unload(false);
    return true;
  }

  /** Answers what it has begun, takes nothing new, and ends. */
  async retire(): Promise<void> {
    this.#isDisposed = true;
    if (this.#use.openRequests === 0) await this.unload(true);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.unload(true);
  }

  get #modelId(): string {
    return this.#options.load.modelId;
  }

  async #ready(signal: AbortSignal): Promise<EngineProcess> {
    await this.#endOfWhatEnds();
    signal.throwIfAborted();
    if (this.#isDisposed) throw new MeshError("node_draining", {});
    if (this.#process !== undefined) {
      this.#rest();
      return this.#process;
    }
    this.#loading ??= this.#start();
    return await this.#loading.join(signal);
  }

  /** From the first moment on nobody may take it for idle, also not between the end of the load and the request. */
  async #claim(signal: AbortSignal): Promise<EngineProcess> {
    this.#use.claims++;
    this.#rest();
    try {
      if (this.#process === undefined && this.#loading === undefined) this.#health.assertMayStart();
      const engine = await this.#ready(signal);
      this.#use.openRequests++;
      return engine;
    } finally {
      this.#use.claims--;
      this.#rest();
    }
  }

  #rest(): void {
    this.#health.isNeeded = this.#use.openRequests > 0;
    this.#use.note(this.#process !== undefined && this.#loading === undefined && this.#unloading === undefined);
  }

  /** A load that everybody has left, or an engine that frees its memory: whoever comes now wants a new one. */
  async #endOfWhatEnds(): Promise<void> {
    while (this.#unloading !== undefined || this.#loading?.isCancelled === true) {
      await this.#unloading;
      if (this.#loading?.isCancelled === true) await this.#loading.done.catch(() => undefined);
    }
  }

  #stop(engine: EngineProcess): Promise<void> {
    this.#use.dispose();
    this.#unloading ??= engine.stop().finally(() => {
      this.#unloading = undefined;
      this.#didChange.fire();
    });
    this.#didChange.fire();
    return this.#unloading;
  }

  #start(): SharedLoad<EngineProcess> {
    this.#problem = null;
    const load = async (signal: AbortSignal): Promise<EngineProcess> => {
      try {
        return await this.#run(signal);
      } finally {
        this.#loading = undefined;
        this.#progress = null;
        this.#rest();
        this.#didChange.fire();
      }
    };
    const cancelled = (): MeshError => new MeshError("model_load_cancelled", { model: this.#modelId });
    const loading = new SharedLoad(load, cancelled);
    this.#didChange.fire();
    return loading;
  }

  async #run(signal: AbortSignal): Promise<EngineProcess> {
    const { log } = this.#options;
    const startedAt = performance.now();
    try {
      // The file may have been replaced since it was listed, and a native parser must not be the first to notice.
      await readGgufHeader(this.#options.load.modelPath, { signal });
      await this.#options.makeRoom(signal);
      const engine = new EngineProcess(this.#options);
      engine.onDidProgress((progress) => {
        this.#progress = progress;
        this.#didProgress.fire(progress);
      });
      const ready = await engine.load(signal);
      engine.onDidExit(() => this.#exited(engine));
      this.#process = engine;
      this.#health.follow(engine);
      this.#contextTokens = ready.contextTokens;
      this.#device = ready.device;
      void this.measure();
      const durationMs = Math.round(performance.now() - startedAt);
      log.info("model.loaded", { model: this.#modelId, durationMs, threads: ready.threads, device: ready.device });
      return engine;
    } catch (error) {
      const params = { model: this.#modelId, reason: errorReason(error) };
      const known = error instanceof MeshError ? error : new MeshError("engine_start_failed", params, { cause: error });
      log.warn("model.loadFailed", { model: this.#modelId, code: known.code });
      if (known.code !== "model_load_cancelled") this.#problem = known.toWire();
      throw known;
    }
  }

  /** Asks the engine how much memory it holds; it grows with the first answers. */
  async measure(): Promise<void> {
    const engine = this.#process;
    const stats = await engine?.stats();
    if (stats === undefined || engine !== this.#process) return;
    const before = this.#residentBytes ?? 0;
    this.#residentBytes = stats.residentBytes;
    // Below that nobody can see the difference, and each change is told to every window.
    if (Math.abs(stats.residentBytes - before) > before / 50) this.#didChange.fire();
  }

  #exited(engine: EngineProcess): void {
    if (this.#process !== engine) return;
    this.#process = undefined;
    this.#contextTokens = null;
    this.#residentBytes = null;
    this.#use.dispose();
    this.#health.dispose();
    if (this.#unloading === undefined) this.#problem = this.#health.crashed(this.#use.openRequests).toWire();
    this.#didChange.fire();
  }
}
