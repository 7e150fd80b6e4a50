import type { NodeStateFile } from "../../registry/node-state.ts";
import { canonicalPath } from "./model-files.ts";

/** Model files that a person has added from elsewhere. They are listed and loaded, and never touched. */
export class AddedPaths {
  readonly #state: NodeStateFile;

  constructor(state: NodeStateFile) {
    this.#state = state;
  }

  get all(): readonly string[] {
    return this.#state.content.addedModelPaths;
  }

  /** Remembers a file by its path without links, once. @throws MeshError `folder_unwritable` */
  async add(path: string): Promise<void> {
    const canonical = await canonicalPath(path);
    if (this.all.includes(canonical)) return;
    await this.#state.update((content) => ({
      ...content,
      addedModelPaths: [...new Set([...content.addedModelPaths, canonical])],
    }));
  }

  /** Forgets a file, by whichever name it was remembered; the file stays. @throws MeshError `folder_unwritable` */
  async remove(path: string): Promise<void> {
    const canonical = await canonicalPath(path);
    const same = await Promise.all(this.all.map(async (each) => (await canonicalPath(each)) === canonical));
    const forgotten = new Set(this.all.filter((each, index) => same[index] || each === path));
    await this.#state.update((content) => ({
      ...content,
      addedModelPaths: content.addedModelPaths.filter((each) => !forgotten.has(each)),
    }));
  }
}
