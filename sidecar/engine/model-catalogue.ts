import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { MeshError, type WireError } from "../../contract/errors/mesh-error.ts";
import type { ModelIdentity } from "../../contract/mesh/ids.ts";
import type { DigestCache } from "./digest-cache.ts";
import { type GgufHeader, readGgufHeader } from "./gguf-header.ts";

/** One model file that this node has. */
export interface CatalogueModel {
  readonly id: string;
  readonly path: string;
  /** Null when the file cannot be used; `problem` says why. */
  readonly header: GgufHeader | null;
  readonly problem: WireError | null;
  readonly isDemo: boolean;
  /** Changes with the file: two models of one id at different times are not the same. */
  readonly fileStamp: string;
  /** Null until the file has been hashed. */
  readonly identity: ModelIdentity | null;
}

export interface ModelCatalogueOptions {
  /** The models that come with the product: demos. */
  readonly bundledFolder: string;
  readonly modelsFolder: string;
  /** Files elsewhere that a person has added, by absolute path. */
  readonly addedPaths: () => readonly string[];
  readonly digests: DigestCache;
}

/** The model files in some folders and those added by path. A refresh reads what has changed on disk. */
export class ModelCatalogue {
  readonly #options: ModelCatalogueOptions;
  #models = new Map<string, CatalogueModel>();

  constructor(options: ModelCatalogueOptions) {
    this.#options = options;
  }

  get models(): CatalogueModel[] {
    return [...this.#models.values()].map((model) => this.#withIdentity(model));
  }

  find(id: string): CatalogueModel | undefined {
    const model = this.#models.get(id);
    return model === undefined ? undefined : this.#withIdentity(model);
  }

  /** False when the model is unknown, or its file has changed since it was read. */
  async isCurrent(id: string): Promise<boolean> {
    const model = this.#models.get(id);
    return model !== undefined && model.fileStamp === (await stampOf(model.path));
  }

  /** Looks at the disk again. Headers are read each time: they are small, and a file may have been replaced. */
  async refresh(): Promise<void> {
    const { bundledFolder, modelsFolder, addedPaths } = this.#options;
    const inFolders = await Promise.all([bundledFolder, modelsFolder].map(listModelFiles));
    const paths = new Set([...inFolders.flat(), ...addedPaths()]);
    const models = await Promise.all([...paths].map((path) => this.#read(path)));
    const byId = new Map<string, CatalogueModel>();
    for (const model of models) {
      // Two files of one name in different folders are two models: the second is told apart by its place.
      const id = byId.has(model.id) ? `${model.id}~${hash(model.path).slice(0, 8)}` : model.id;
      byId.set(id, { ...model, id });
      if (model.header !== null) this.#options.digests.request(model.path);
    }
    this.#models = byId;
  }

  async #read(path: string): Promise<CatalogueModel> {
    const isDemo = dirname(path) === this.#options.bundledFolder;
    const fileStamp = await stampOf(path);
    const base = { id: basename(path).replace(/\.gguf$/i, ""), path, isDemo, identity: null, fileStamp };
    try {
      return { ...base, header: await readGgufHeader(path), problem: null };
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      return { ...base, header: null, problem: error.toWire() };
    }
  }

  #withIdentity(model: CatalogueModel): CatalogueModel {
    const artifactDigest = this.#options.digests.get(model.path);
    if (artifactDigest === undefined || model.header === null) return model;
    const template = model.header.chatTemplate;
    return { ...model, identity: { artifactDigest, templateHash: template === undefined ? null : hash(template) } };
  }
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return `${path}:${found?.size}:${found?.mtimeMs}`;
}

async function listModelFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && /.\.gguf$/i.test(entry.name));
    return files.map((entry) => join(folder, entry.name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
