import { createHash } from "node:crypto";
import type { WireError } from "../../contract/errors/mesh-error.ts";
import type { ModelIdentity } from "../../contract/mesh/ids.ts";
import type { ModelOrigin, ModelVerification } from "../../contract/mesh/model.ts";
import type { ModelCapability } from "../../contract/mesh/model-capability.ts";
import type { DigestCache } from "./digest-cache.ts";
import type { GgufHeader } from "./gguf-header.ts";
import { combineDigests, combineReadings } from "./store/combine-parts.ts";
import { HeaderCache, type HeaderReading } from "./store/header-cache.ts";
import { asModelFiles, type FoundFile, fileStamp, listModelFolder, type ModelFile } from "./store/model-files.ts";
import type { ModelRecords } from "./store/model-records.ts";

/** One model that this node has: a file, or several that belong together. */
export interface CatalogueModel {
  readonly id: string;
  /** The file to load; of a split model the first. */
  readonly path: string;
  /** All its files. */
  readonly paths: readonly string[];
  /** The path without links. */
  readonly canonicalPath: string;
  /** Null when the file cannot be used; `problem` says why. Of a split model: sizes and counts of all parts. */
  readonly header: GgufHeader | null;
  readonly problem: WireError | null;
  readonly capabilities: readonly ModelCapability[];
  readonly origin: ModelOrigin;
  readonly isDemo: boolean;
  /** Null for files that this node has not fetched itself. */
  readonly verification: ModelVerification | null;
  /** Changes with the files: two models of one id at different times are not the same. */
  readonly fileStamp: string;
  /** Null until the files have been hashed. */
  readonly identity: ModelIdentity | null;
}

export interface ModelCatalogueOptions {
  /** The models that come with the product: demos. */
  readonly bundledFolder: string;
  readonly modelsFolder: string;
  /** Files elsewhere that a person has added, by absolute path. */
  readonly addedPaths: () => readonly string[];
  /** Files that other programs keep on this machine. */
  readonly otherPrograms?: () => Promise<readonly FoundFile[]>;
  readonly digests: DigestCache;
  readonly headers?: HeaderCache;
  readonly records?: ModelRecords;
}

interface Listed extends CatalogueModel {
  readonly templateHash: string | null;
}

/** The model files in some folders, those added by path and those of other programs. A refresh reads what has changed. */
export class ModelCatalogue {
  readonly #options: ModelCatalogueOptions;
  readonly #headers: HeaderCache;
  #models = new Map<string, Listed>();
  #looking: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(options: ModelCatalogueOptions) {
    this.#options = options;
    this.#headers = options.headers ?? new HeaderCache();
  }

  get models(): CatalogueModel[] {
    return [...this.#models.values()].map((model) => this.#withIdentity(model));
  }

  find(id: string): CatalogueModel | undefined {
    const model = this.#models.get(id);
    return model === undefined ? undefined : this.#withIdentity(model);
  }

  /** False when the model is unknown, or its files have changed since they were read. */
  async isCurrent(id: string): Promise<boolean> {
    const model = this.#models.get(id);
    return (
      model !== undefined && model.fileStamp === stampOf(model.paths, await Promise.all(model.paths.map(fileStamp)))
    );
  }

  /**
   * Looks at the disk again. Everybody who asks during one look shares the next: the one under way may already have
   * passed the folder in which something was put just now.
   */
  async refresh(): Promise<void> {
    this.#next ??= (this.#looking ?? Promise.resolve())
      .catch(() => undefined)
      .then(async () => {
        this.#looking = this.#next;
        this.#next = undefined;
        await this.#look();
      });
    await this.#next;
  }

  async #look(): Promise<void> {
    const { bundledFolder, modelsFolder, addedPaths, otherPrograms } = this.#options;
    const [bundled, stored, foreign] = await Promise.all([
      listModelFolder(bundledFolder),
      listModelFolder(modelsFolder),
      otherPrograms?.() ?? [],
    ]);
    const from =
      (origin: ModelOrigin) =>
      (path: string): FoundFile => ({ path, origin });
    const files = await asModelFiles([
      ...bundled.map(from("bundled")),
      ...stored.map(from("store")),
      ...addedPaths().map(from("added")),
      ...foreign,
    ]);
    const byId = new Map<string, Listed>();
    const read = await Promise.all(files.map((file) => this.#read(file)));
    // What another program keeps and we cannot use is none of this node's business.
    for (const model of read.filter(({ origin, problem }) => isOwn(origin) || problem === null)) {
      // Two files of one name in different folders are two models: the second is told apart by its place.
      const id = byId.has(model.id) ? `${model.id}~${hash(model.path).slice(0, 8)}` : model.id;
      byId.set(id, { ...model, id });
      if (model.header !== null && isOwn(model.origin))
        for (const path of model.paths) this.#options.digests.request(path);
    }
    this.#models = byId;
    this.#headers.retain(new Set(files.flatMap((file) => file.paths)));
  }

  async #read(file: ModelFile): Promise<Listed> {
    const { paths, stamps, origin, canonicalPath } = file;
    const readings = await Promise.all(paths.map((path, index) => this.#readPart(path, stamps[index])));
    return {
      ...combineReadings(readings, paths),
      id: file.name,
      path: paths[0],
      paths,
      canonicalPath,
      origin,
      isDemo: origin === "bundled",
      fileStamp: stampOf(paths, stamps),
      identity: null,
      verification: null,
    };
  }

  async #readPart(path: string, stamp: string | undefined): Promise<HeaderReading | undefined> {
    return stamp === undefined ? undefined : await this.#headers.get(path, stamp);
  }

  #withIdentity(model: Listed): CatalogueModel {
    const { digests, records } = this.#options;
    const artifactDigest = combineDigests(model.paths.map((path) => digests.get(path)));
    if (artifactDigest === undefined || model.header === null) return model;
    const verification = records?.verification(model.paths, (path) => digests.get(path)) ?? null;
    return { ...model, identity: { artifactDigest, templateHash: model.templateHash }, verification };
  }
}

const stampOf = (paths: readonly string[], stamps: readonly (string | undefined)[]): string =>
  paths.map((path, index) => `${path}:${stamps[index]}`).join("|");

/** True for files that this node or its person has chosen, false for those that were only found. */
const isOwn = (origin: ModelOrigin): boolean => ["bundled", "store", "added"].includes(origin);

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
