import { isAbsolute } from "node:path";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import { Emitter } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import { type Configuration, chooseThreads } from "../registry/configuration.ts";
import { readGgufHeader } from "./gguf-header.ts";
import type { CatalogueModel, ModelCatalogue } from "./model-catalogue.ts";
import { type EngineLease, ModelEngine } from "./model-engine.ts";
import { canonicalPath } from "./store/model-files.ts";

export interface LocalEnginesOptions {
  readonly catalogue: ModelCatalogue;
  /** Remembers a model file outside the models folder. */
  readonly addPath: (path: string) => Promise<void>;
  /** Told of every load and every request. */
  readonly onUse?: (model: CatalogueModel) => void;
  readonly settings: Configuration["engine"];
  readonly program: string;
  readonly runtimeFolder: string;
  readonly log: Log;
}

export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: number) => void;
}

/** The models of this node and their engines: the one interface to local inference. */
export class LocalEngines {
  readonly #options: LocalEnginesOptions;
  readonly #engines = new Map<string, { readonly fileStamp: string; readonly engine: ModelEngine }>();
  readonly #didChange = new Emitter<void>();

  /** Fires when a model appears, goes, or changes its state or load. */
  readonly onDidChange = this.#didChange.event;

  constructor(options: LocalEnginesOptions) {
    this.#options = options;
  }

  /** The models as last seen; `refresh` looks again. */
  get models(): ModelSummary[] {
    return this.#options.catalogue.models.map((model) => this.#summary(model));
  }

  async refresh(): Promise<void> {
    const { catalogue } = this.#options;
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
    const engine = this.#engine(model);
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
  parallel(_id: string): number {
    return this.#options.settings.parallel;
  }

  /** A running engine of this model, loaded if needed. The same errors as `load`. */
  async acquire(id: string, signal: AbortSignal): Promise<EngineLease> {
    const model = await this.#find(id);
    this.#options.onUse?.(model);
    return await this.#engine(model).acquire(signal);
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

  #engine(model: CatalogueModel): ModelEngine {
    const existing = this.#engines.get(model.id);
    if (existing?.fileStamp === model.fileStamp) return existing.engine;
    if (model.header === null) {
      throw MeshError.fromWire(model.problem) ?? new MeshError("model_file_missing", { path: model.path });
    }
    const { settings, program, runtimeFolder, log } = this.#options;
    const engine = new ModelEngine({
      program,
      runtimeFolder,
      log,
      load: {
        modelId: model.id,
        modelPath: model.path,
        contextTokens: settings.contextTokens,
        parallel: settings.parallel,
        threads: chooseThreads(model.header.sizeBytes, settings.threads),
        gpu: settings.gpu,
      },
    });
    engine.onDidChange(() => this.#didChange.fire());
    this.#engines.set(model.id, { fileStamp: model.fileStamp, engine });
    return engine;
  }

  #summary(model: CatalogueModel): ModelSummary {
    const { header } = model;
    const held = this.#engines.get(model.id);
    const engine = held?.fileStamp === model.fileStamp ? held.engine : undefined;
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
      canChat: header?.chatTemplate !== undefined,
      isDemo: model.isDemo,
      origin: model.origin,
      verification: model.verification,
      openRequests: engine?.openRequests ?? 0,
      problem: engine?.problem ?? model.problem,
    };
  }
}
