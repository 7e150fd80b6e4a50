import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ModelOrigin } from "../../../contract/mesh/model.ts";
import { modelNameOf, partsOf } from "./split-file.ts";

/** A place that holds a model: one file, or the parts of a split one. */
export interface ModelFile {
  /** What the model is called; two may share a name. */
  readonly name: string;
  readonly origin: ModelOrigin;
  /** As found; the first part stands for all. */
  readonly paths: readonly [string, ...string[]];
  /** The first part's path without links: the same file is the same model, by whatever way it is reached. */
  readonly canonicalPath: string;
  /** Changes whenever one of the files does; each file's own, undefined for one that is missing. */
  readonly stamps: readonly (string | undefined)[];
}

/** A file that a search has come upon. A name of its own is for files that are called by their digest. */
export interface FoundFile {
  readonly path: string;
  readonly origin: ModelOrigin;
  readonly name?: string;
}

/** What identifies a file's content as far as the file system tells; undefined when it is not there. */
export async function fileStamp(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  // The number of the file too: a copy that keeps its time may replace another of the same size.
  return found === undefined ? undefined : `${found.size}:${found.mtimeMs}:${found.ino}`;
}

/** A path without links; the path itself where there is nothing yet. */
export const canonicalPath = async (path: string): Promise<string> => await realpath(path).catch(() => path);

/** The `.gguf` files of one folder, not of those below it. A folder that is missing has none. */
export async function listModelFolder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && /.\.gguf$/i.test(entry.name));
    return files.map((entry) => join(folder, entry.name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Joins the parts of split models, and drops what is the same file as one before it. */
export async function asModelFiles(found: readonly FoundFile[]): Promise<ModelFile[]> {
  const models = new Map<string, ModelFile>();
  for (const { path, origin, name } of found) {
    const paths = partsOf(path) as [string, ...string[]];
    const canonical = await canonicalPath(paths[0]);
    if (models.has(canonical)) continue;
    const stamps = await Promise.all(paths.map(fileStamp));
    models.set(canonical, {
      name: name ?? modelNameOf(basename(path)),
      origin,
      paths,
      canonicalPath: canonical,
      stamps,
    });
  }
  return [...models.values()];
}
