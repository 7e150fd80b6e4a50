import { isAbsolute } from "node:path";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Gpu } from "../../contract/mesh/hardware.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import type { ModelEstimate } from "../../contract/mesh/model-estimate.ts";
import type { Clock } from "../platform/clock.ts";
import { Emitter } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import type { Configuration } from "../registry/configuration.ts";
import type { HostMemory } from "../resources/host-memory.ts";
import type { Accelerators } from "./accelerators/accelerators.ts";
import { type Candidate, describeFit, EngineRoom, type Resident } from "./engine-room.ts";
import { type GgufHeader, readGgufHeader } from "./gguf-header.ts";
import {
  contextTokensOf,
  type EngineSettings,
  type LoadPlan,
  type LoadWishes,
  parallelOf,
  planLoad,
} from "./load-plan.ts";
import type { CatalogueModel, ModelCatalogue } from "./model-catalogue.ts";
import { type EngineLease, ModelEngine } from "./model-engine.ts";
import { canonicalPath } from "./store/model-files.ts";

export interface LocalEnginesOptions {
  readonly catalogue: ModelCatalogue;
  /** Remembers a model file outside the models folder. */
  readonly addPath: (path: string) => Promise<void>;
  /** Told of every load and every request. */
  readonly onUse?: (model: CatalogueModel) => void;
  readonly settings: EngineSettings & Pick<Configuration, "limits">;
  readonly accelerators: Pick<Accelerators, "choose">;
  readonly program: string;
  readonly runtimeFolder: string;
  readonly log: Log;
  readonly clock: Clock;
  /** What the machine has; a test may say otherwise. */
  readonly readMemory: () => HostMemory;
  readonly readGpus: () => Promise<readonly Gpu[]>;
}

export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: number) => void;
}

/** A client that asks for names which nobody has must not keep the disk busy; in milliseconds. */
const glanceMs = 1000;

interface HeldEngine extends Resident {
  readonly fileStamp: string;
}

/** The models of this node and their engines: the one interface to local inference. */
export class LocalEngines {
  readonly #options: LocalEnginesOptions;
  readonly #engines = new Map<string, HeldEngine>();
  readonly #room: EngineRoom;
  readonly #didChange = new Emitter<void>();
  #lookedAt = -Infinity;

  /** Fires when a model appears, goes, or changes its state or load. */
  readonly onDidChange = this.#didChange.event;

  constructor(options: LocalEnginesOptions) {
    this.#options = options;
    const { memoryLimit, checkFit } = options.settings.engine;
    this.#room = new EngineRoom({
      limit: memoryLimit,
      checkFit,
      readMemory: options.readMemory,
      readGpus: () => this.#usableGpus(),
      residents: () => this.#engines.values(),
      log: options.log,
    });
  }

  /** The models as last seen; `refresh` looks again. */
  get models(): ModelSummary[] {
    return this.#options.catalogue.models.map((model) => this.#summary(model));
  }

  /** One of them, without a look at the others. */
  model(id: string): ModelSummary | undefined {
    const model = this.#options.catalogue.find(id);
    return model === undefined ? undefined : this.#summary(model);
  }

  /** The same for whoever only asks whether a name may have appeared: reads the folders at most once a second. */
  async glance(): Promise<void> {
    if (this.#options.clock.now() - this.#lookedAt >= glanceMs) await this.refresh();
  }

  async refresh(): Promise<void> {
    const { catalogue, clock } = this.#options;
    this.#lookedAt = clock.now();
    await catalogue.refresh();
    for (const [id, { fileStamp, engine }] of this.#engines) {
      if (catalogue.find(id)?.fileStamp !== fileStamp) {
        // Its file has gone or is another one now. It must never answer under that name again.
        this.#engines.delete(id);
        void engine.retire();
      }
    }
    this.#didChange.fire();
  }

  /**
   * Loads a model by id, or a file by absolute path.
   *
   * @throws MeshError `unknown_model`, `model_file_*`, `model_load_failed`, `engine_start_failed`, `no_chat_template`
   */
  async load(idOrPath: string, options: LoadOptions): Promise<ModelSummary> {
    const model = isAbsolute(idOrPath) ? await this.#addFile(idOrPath) : await this.#find(idOrPath);
    this.#options.onUse?.(model);
    const engine = await this.#engine(model);
    const progress = engine.onDidProgress((value) => options.onProgress?.(value));
    try {
      await engine.load(options.signal);
    } finally {
      progress.dispose();
    }
    return this.#summary(model);
  }

  /** @throws MeshError `unknown_model`, `model_in_use` */
  async unload(id: string, force: boolean): Promise<ModelSummary> {
    const model = await this.#find(id);
    await this.#engines.get(id)?.engine.unload(force);
    return this.#summary(model);
  }

  /** Requests that a model answers at the same time. */
  parallel(id: string): number {
    return parallelOf(id, this.#options.settings);
  }

  /** The context of one conversation, in tokens: as loaded, or as it would be. */
  contextTokens({ id, contextTokens, trainedContextTokens }: ModelSummary): number {
    return contextTokens ?? contextTokensOf(id, trainedContextTokens, this.#options.settings);
  }

  /** How much memory a load would take and whether it would fit, now. @throws MeshError `unknown_model`, `model_file_*` */
  async estimate(id: string, wishes: LoadWishes): Promise<ModelEstimate> {
    const model = await this.#find(id);
    const candidate = candidateOf(usable(model), await this.#plan(model, wishes));
    return describeFit(candidate, await this.#room.report(candidate));
  }

  /** A running engine of this model, loaded if needed. The same errors as `load`. */
  async acquire(id: string, signal: AbortSignal): Promise<EngineLease> {
    const model = await this.#find(id);
    this.#options.onUse?.(model);
    const engine = await this.#engine(model);
    return await engine.acquire(signal);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#engines.values()].map(({ engine }) => engine.dispose()));
  }

  async #find(id: string): Promise<CatalogueModel> {
    const { catalogue } = this.#options;
    // A file may have been put there a moment ago, or replaced by another.
    if (!(await catalogue.isCurrent(id))) await this.refresh();
    const model = catalogue.find(id);
    if (model === undefined) {
      throw new MeshError("unknown_model", { model: id, available: catalogue.models.map((each) => each.id) });
    }
    return model;
  }

  async #addFile(path: string): Promise<CatalogueModel> {
    await readGgufHeader(path);
    const canonical = await canonicalPath(path);
    const known = (): CatalogueModel | undefined =>
      this.#options.catalogue.models.find((model) => model.canonicalPath === canonical);
    if (known() === undefined) {
      await this.#options.addPath(canonical);
      await this.refresh();
    }
    const model = known();
    if (model === undefined) throw new MeshError("model_file_missing", { path });
    return model;
  }

  async #engine(model: CatalogueModel): Promise<ModelEngine> {
    const held = this.#held(model);
    if (held !== undefined) return held.engine;
    const plan = await this.#plan(model);
    // Another request may have made it meanwhile: there must never be two.
    return this.#held(model)?.engine ?? this.#create(usable(model), plan);
  }

  #held(model: CatalogueModel): HeldEngine | undefined {
    const held = this.#engines.get(model.id);
    return held?.fileStamp === model.fileStamp ? held : undefined;
  }

  async #plan(model: CatalogueModel, wishes: LoadWishes = {}): Promise<LoadPlan> {
    const gpus = await this.#usableGpus();
    const sizes = { mainBytes: this.#options.readMemory().totalBytes, gpuBytes: gpus[0]?.memoryTotalBytes ?? null };
    return planLoad({ ...usable(model), wishes }, this.#options.settings, sizes);
  }

  #create(model: UsableModel, plan: LoadPlan): ModelEngine {
    const { settings, program, runtimeFolder, log, clock, accelerators } = this.#options;
    const candidate = candidateOf(model, plan);
    const engine = new ModelEngine({
      program,
      runtimeFolder,
      log,
      clock,
      load: plan.command,
      accelerator: () => accelerators.choose(plan.wish),
      devices: plan.devices,
      idleUnloadMs: settings.engine.idleUnloadMinutes * 60_000,
      silenceMs: settings.limits.idleSeconds * 1000,
      stepMs: settings.limits.firstTokenSeconds * 1000,
      makeRoom: (signal) => this.#room.make(candidate, signal),
    });
    engine.onDidChange(() => this.#didChange.fire());
    this.#engines.set(model.id, { fileStamp: model.fileStamp, engine, candidate });
    return engine;
  }

  /** An engine that has run and found no GPU says more than the driver does: its driver may not fit. */
  async #usableGpus(): Promise<readonly Gpu[]> {
    const { accelerators, settings } = this.#options;
    if ((await accelerators.choose(settings.engine.gpu)).kind === "cpu") return [];
    const onCpu = [...this.#engines.values()].some(({ candidate, engine }) => candidate.gpu && engine.device === "cpu");
    return onCpu ? [] : await this.#options.readGpus();
  }

  #summary(model: CatalogueModel): ModelSummary {
    const { header } = model;
    const engine = this.#held(model)?.engine;
    return {
      id: model.id,
      displayName: header?.name ?? model.id,
      identity: model.identity,
      path: model.path,
      sizeBytes: header?.sizeBytes ?? 0,
      state: engine?.state ?? (model.problem === null ? "available" : "failed"),
      loadProgress: engine?.progress ?? null,
      architecture: header?.architecture ?? null,
      parameterCount: header?.parameterCount ?? null,
      quantisation: header?.fileTypeName ?? null,
      trainedContextTokens: header?.contextTokens ?? null,
      contextTokens: engine?.contextTokens ?? null,
      capabilities: [...model.capabilities],
      canChat: model.capabilities.includes("chat"),
      isDemo: model.isDemo,
      origin: model.origin,
      verification: model.verification,
      openRequests: engine?.openRequests ?? 0,
      device: engine?.state === "loaded" ? engine.device : null,
      memoryBytes: engine?.residentBytes ?? null,
      unloadsAt: engine?.unloadsAt?.toISOString() ?? null,
      problem: engine?.problem ?? model.problem,
    };
  }
}

type UsableModel = CatalogueModel & { readonly header: GgufHeader };

/** @throws MeshError what is wrong with its file */
function usable(model: CatalogueModel): UsableModel {
  const { header } = model;
  if (header !== null) return { ...model, header };
  throw MeshError.fromWire(model.problem) ?? new MeshError("model_file_missing", { path: model.path });
}

function candidateOf({ id, header }: UsableModel, { memory, gpu }: LoadPlan): Candidate {
  return { id, header, plan: memory, gpu };
}
