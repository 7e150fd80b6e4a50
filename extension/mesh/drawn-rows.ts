import type { TreeEntry } from "./tree-entries.ts";

/** What stays the same of a row as long as there is one: the editor knows rows by their identity, and hands them to commands. */
export type TreeRow = Pick<TreeEntry, "id" | "modelId" | "backendId">;

export interface DrawnRowsOptions {
  /** The ids of the rows below one, or of the top ones, as they are now. */
  readonly idsBelow: (parentId: string | undefined) => readonly string[];
  /** A row as it is now; undefined when it has gone. */
  readonly entry: (id: string) => TreeEntry | undefined;
}

/**
 * Remembers what the editor has been told of the tree, so that only rows that look different are drawn anew. While the whole
 * tree is, the editor does not know which row a menu or a button belongs to, and a busy mesh changes many times a second.
 */
export class DrawnRows {
  readonly #options: DrawnRowsOptions;
  readonly #rows = new Map<string, TreeRow>();
  readonly #looks = new Map<string, string>();
  /** The rows below each row that was asked for them; those of the top by `undefined`. */
  readonly #below = new Map<string | undefined, string>();

  constructor(options: DrawnRowsOptions) {
    this.#options = options;
  }

  /** Told to the editor: the rows below one. */
  below(parentId: string | undefined): TreeRow[] {
    const ids = this.#options.idsBelow(parentId);
    this.#below.set(parentId, JSON.stringify(ids));
    return ids.flatMap((id) => this.row(id) ?? []);
  }

  /** Told to the editor: how a row looks; undefined when it has gone. */
  look({ id }: TreeRow): TreeEntry | undefined {
    const entry = this.#options.entry(id);
    if (entry !== undefined) this.#looks.set(id, JSON.stringify(entry));
    return entry;
  }

  /** A row by its id, whether it was drawn yet or not. */
  row(id: string): TreeRow | undefined {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const entry = this.#options.entry(id);
    if (entry === undefined) return undefined;
    const row = { id, modelId: entry.modelId, backendId: entry.backendId };
    this.#rows.set(id, row);
    return row;
  }

  /** What the editor has to draw anew, each change once: some rows with what is below them, or the whole tree. */
  changes(): readonly TreeRow[] | "all" {
    const isAll = this.#holdsOthers(undefined);
    const changed: TreeRow[] = [];
    for (const [id, row] of this.#rows) {
      const entry = this.#options.entry(id);
      if (entry === undefined) {
        // Its parent has lost it, which is told there.
        for (const known of [this.#rows, this.#looks, this.#below]) known.delete(id);
        continue;
      }
      const looksOther = isOther(this.#looks, id, JSON.stringify(entry));
      if (this.#holdsOthers(id) || looksOther) changed.push(row);
    }
    return isAll ? "all" : changed;
  }

  #holdsOthers(parentId: string | undefined): boolean {
    return (
      this.#below.has(parentId) && isOther(this.#below, parentId, JSON.stringify(this.#options.idsBelow(parentId)))
    );
  }
}

/** Sets what was told; true when it was something else. What was never told is no change. */
function isOther<K>(told: Map<K, string>, key: K, now: string): boolean {
  const before = told.get(key);
  if (before === undefined || before === now) return false;
  told.set(key, now);
  return true;
}
