import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { ModelSummary } from "../../../contract/mesh/model.ts";
import type { LocalEngines } from "../local-engines.ts";
import type { CatalogueModel, ModelCatalogue } from "../model-catalogue.ts";
import type { AddedPaths } from "./added-paths.ts";
import type { WaitOptions } from "./download-job.ts";
import type { Downloads, ModelToDownload } from "./downloads.ts";

export interface ModelStoreOptions {
  readonly engines: LocalEngines;
  readonly catalogue: ModelCatalogue;
  readonly addedPaths: AddedPaths;
  readonly downloads: Downloads;
}

/** What people do with model files, apart from running them: all changes to what this node has go through here. */
export class ModelStore {
  readonly #options: ModelStoreOptions;

  constructor(options: ModelStoreOptions) {
    this.#options = options;
  }

  /**
   * Forgets a model that was added by path. Its file stays; an answer that it is giving is finished.
   *
   * @throws MeshError `unknown_model`, `model_kept_elsewhere`, `invalid_field`
   */
  async remove(id: string): Promise<ModelSummary> {
    const { addedPaths, engines } = this.#options;
    const model = await this.#find(id);
    if (model.origin === "store") {
      throw new MeshError("invalid_field", {
        field: "model",
        problem: "it is in the models folder: delete it instead",
      });
    }
    if (model.origin !== "added") throw new MeshError("model_kept_elsewhere", { model: id, origin: model.origin });
    const summary = this.#summary(id);
    await addedPaths.remove(model.path);
    await engines.refresh();
    return summary;
  }

  /** Fetches a model, and lists it. @throws MeshError see `Downloads.download` */
  async download(model: ModelToDownload, options: WaitOptions): Promise<ModelSummary> {
    const { downloads, engines } = this.#options;
    const path = await downloads.download(model, options);
    await engines.refresh();
    return this.#summaryOf(path);
  }

  async #find(id: string): Promise<CatalogueModel> {
    const { catalogue, engines } = this.#options;
    await engines.refresh();
    const model = catalogue.find(id);
    if (model !== undefined) return model;
    throw new MeshError("unknown_model", { model: id, available: catalogue.models.map((each) => each.id) });
  }

  #summaryOf(path: string): ModelSummary {
    const summary = this.#options.engines.models.find((model) => model.path === path);
    if (summary === undefined) throw new MeshError("model_file_missing", { path });
    return summary;
  }

  #summary(id: string): ModelSummary {
    const { engines } = this.#options;
    const summary = engines.models.find((model) => model.id === id);
    if (summary !== undefined) return summary;
    throw new MeshError("unknown_model", { model: id, available: engines.models.map((each) => each.id) });
  }
}
