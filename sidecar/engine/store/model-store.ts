import { isAbsolute } from "node:path";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { ModelSummary } from "../../../contract/mesh/model.ts";
import type { LocalEngines } from "../local-engines.ts";
import type { CatalogueModel, ModelCatalogue } from "../model-catalogue.ts";
import type { AddedPaths } from "./added-paths.ts";
import { deleteFiles } from "./delete-files.ts";
import type { DiskRoom } from "./disk-room.ts";
import { DownloadJob, type WaitOptions } from "./download-job.ts";
import type { Downloads, ModelToDownload } from "./downloads.ts";
import { importModel } from "./import-model.ts";
import { canonicalPath } from "./model-files.ts";
import type { ModelRecords } from "./model-records.ts";
import type { ModelShelf } from "./model-shelf.ts";

export interface ModelStoreOptions {
  readonly engines: LocalEngines;
  readonly catalogue: ModelCatalogue;
  readonly addedPaths: AddedPaths;
  readonly downloads: Downloads;
  readonly shelf: ModelShelf;
  readonly room: DiskRoom;
  readonly records: ModelRecords;
  readonly modelsFolder: string;
}

export interface Deleted {
  readonly model: ModelSummary;
  readonly freedBytes: number;
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

  /**
   * Copies a model from a path into the models folder, once it is verified.
   *
   * @throws MeshError `invalid_field`; see also `importModel`
   */
  async import(path: string, options: WaitOptions & { readonly sha256?: string | undefined }): Promise<ModelSummary> {
    const { engines, catalogue, shelf, room } = this.#options;
    // The node's own folder means nothing to a client.
    if (!isAbsolute(path)) throw new MeshError("invalid_field", { field: "path", problem: "it is not absolute" });
    await engines.refresh();
    const canonical = await canonicalPath(path);
    const there = catalogue.models.find((model) => model.origin === "store" && model.canonicalPath === canonical);
    if (there !== undefined && options.sha256 === undefined) return this.#summaryOf(there.path);
    const job = new DownloadJob<string>((started) =>
      importModel(canonical, {
        shelf,
        room,
        sha256: options.sha256,
        signal: started.signal,
        onProgress: ({ phase, receivedBytes, totalBytes }) => started.report(phase, receivedBytes, totalBytes),
      }),
    );
    const placed = await job.wait(options);
    await engines.refresh();
    return this.#summaryOf(placed);
  }

  /**
   * Deletes a model's files from the models folder. One that was added by path is only forgotten, one that is a link
   * loses the link.
   *
   * @throws MeshError `unknown_model`, `model_loaded` unless forced, `model_kept_elsewhere`, `folder_unwritable`
   */
  async delete(id: string, force: boolean): Promise<Deleted> {
    const { engines, records, modelsFolder } = this.#options;
    const { origin, paths } = await this.#find(id);
    if (origin === "added") return { model: await this.remove(id), freedBytes: 0 };
    if (origin !== "store") throw new MeshError("model_kept_elsewhere", { model: id, origin });
    const model = this.#summary(id);
    if (model.state !== "available" && model.state !== "failed") {
      if (!force) throw new MeshError("model_loaded", { model: id });
      await engines.unload(id, true);
    }
    const freedBytes = await deleteFiles(modelsFolder, paths);
    await records.remove(paths);
    await engines.refresh();
    return { model, freedBytes };
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
