import { access, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { errorReason } from "../../platform/error-reason.ts";
import type { DigestCache } from "../digest-cache.ts";
import type { ModelCatalogue } from "../model-catalogue.ts";
import type { FileToDownload, StagedFile } from "./download-file.ts";
import type { ModelRecord, ModelRecords } from "./model-records.ts";
import { readSplitName, splitFileName } from "./split-file.ts";

export interface ModelShelfOptions {
  readonly modelsFolder: string;
  readonly catalogue: ModelCatalogue;
  readonly digests: DigestCache;
  readonly records: ModelRecords;
}

type Wanted = Pick<FileToDownload, "fileName" | "sizeBytes" | "sha256">;

/** The models folder as a place to put files into: finds what is there already, and never overwrites anything. */
export class ModelShelf {
  readonly #options: ModelShelfOptions;
  /** One at a time: a name that is free must still be free when it is taken. */
  #placing: Promise<unknown> = Promise.resolve();

  constructor(options: ModelShelfOptions) {
    this.#options = options;
  }

  /** Files on their way. In the models folder, so that the last step is a rename; hidden, so that it is no model. */
  get stagingFolder(): string {
    return join(this.#options.modelsFolder, ".downloads");
  }

  /** The path of a model that consists of exactly these files, wherever it is; undefined while a digest is not known. */
  async find(files: readonly Wanted[]): Promise<string | undefined> {
    if (files.some((file) => file.sha256 === null)) return undefined;
    const { catalogue, digests } = this.#options;
    await catalogue.refresh();
    const sizeBytes = files.reduce<number | null>(
      (sum, file) => (sum === null || file.sizeBytes === null ? null : sum + file.sizeBytes),
      0,
    );
    for (const { header, paths } of catalogue.models) {
      // Only what could be the same is read through: that takes minutes for a large file.
      if (header === null || paths.length !== files.length) continue;
      if (sizeBytes !== null ? header.sizeBytes !== sizeBytes : paths.some((path) => digests.get(path) === undefined)) {
        continue;
      }
      const known = await Promise.all(paths.map((path) => digests.compute(path)));
      if (files.every((file, index) => file.sha256 === known[index])) return paths[0];
    }
    return undefined;
  }

  /**
   * Moves whole files into the models folder, and returns the first one's path. What is there already stays instead.
   *
   * @throws MeshError `folder_unwritable`
   */
  async take(
    staged: readonly StagedFile[],
    wanted: readonly Wanted[],
    record: Pick<ModelRecord, "source" | "verifiedBy">,
  ): Promise<string> {
    const place = async (): Promise<string> => await this.#place(staged, wanted, record);
    const placed = this.#placing.then(place, place);
    this.#placing = placed;
    return await placed;
  }

  async #place(
    staged: readonly StagedFile[],
    wanted: readonly Wanted[],
    record: Pick<ModelRecord, "source" | "verifiedBy">,
  ): Promise<string> {
    const { modelsFolder, digests, records } = this.#options;
    const there = await this.find(wanted.map((file, index) => ({ ...file, ...factsOf(staged[index]) })));
    if (there !== undefined) {
      for (const { partial } of staged) await partial.discard();
      return there;
    }
    const names = await this.#freeNames(
      wanted.map((file) => file.fileName),
      staged[0]?.sha256 ?? "",
    );
    const paths: string[] = [];
    for (const [index, { partial, sha256 }] of staged.entries()) {
      const path = join(modelsFolder, names[index] ?? "");
      try {
        await mkdir(modelsFolder, { recursive: true });
        await rename(partial.path, path);
      } catch (cause) {
        throw new MeshError("folder_unwritable", { path: modelsFolder, reason: errorReason(cause) }, { cause });
      }
      await partial.discard();
      await digests.record(path, sha256);
      await records.put(path, { ...record, digest: sha256 });
      paths.push(path);
    }
    return paths[0] ?? modelsFolder;
  }

  /** The wanted names; with the digest's beginning in each when one of them is taken by another file. */
  async #freeNames(names: readonly string[], digest: string): Promise<string[]> {
    const isTaken = async (name: string): Promise<boolean> =>
      await access(join(this.#options.modelsFolder, name)).then(
        () => true,
        () => false,
      );
    if (!(await Promise.all(names.map(isTaken))).includes(true)) return [...names];
    const tag = `~${digest.slice(0, 8)}`;
    return names.map((name) => {
      const split = readSplitName(name);
      if (split !== undefined) return splitFileName(split.stem + tag, split.index, split.count);
      return name.replace(/\.gguf$/i, `${tag}.gguf`);
    });
  }
}

const factsOf = (file: StagedFile | undefined) =>
  file === undefined ? {} : { sizeBytes: file.sizeBytes, sha256: file.sha256 };
