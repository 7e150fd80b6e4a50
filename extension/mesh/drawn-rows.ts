import type { TreeEntry } from "./tree-entries.ts";

/** What stays the same of a row as long as there is one: the editor knows rows by their identity, and hands them to commands. */
export type TreeRow = Pick<TreeEntry, "id" | "modelId" | "backendId">;

export interface DrawnRowsOptions {
  /** The rows below one, or the top ones, as they are now. */
  readonly below: (parentId: string | undefined) => readonly TreeEntry[];
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
    const entries = this.#options.below(parentId);
    this.#below.set(parentId, idsOf(entries));
    return entries.map((entry) => this.#rowOf(entry));
  }

  /** Told to the editor: how a row looks; undefined when it has gone. */
  look({ id }: TreeRow): TreeEntry | undefined {
    const entry = this.#options.entry(id);
    if (entry !== undefined) this.#looks.set(id, lookOf(entry));
    return entry;
  }

  /** A row by its id, whether it was drawn yet or not. */
  row(id: string): TreeRow | undefined {
    const entry = this.#options.entry(id);
    return entry === undefined ? undefined : this.#rowOf(entry);
  }

  /** What the editor has to draw anew, each change once: some rows with what is below them, or the whole tree. */
  changes(): readonly TreeRow[] | "all" {
    const top = idsOf(this.#options.below(undefined));
    const isAll = this.#isOther(this.#below, undefined, top);
    const changed: TreeRow[] = [];
    for (const [id, row] of this.#rows) {
      const entry = this.#options.entry(id);
      if (entry === undefined) {
        // Its parent has lost it, which is told there.
        for (const known of [this.#rows, this.#looks, this.#below]) known.delete(id);
        continue;
      }
      const looksOther = this.#isOther(this.#looks, id, lookOf(entry));
      const holdsOthers = this.#below.has(id) && this.#isOther(this.#below, id, idsOf(this.#options.below(id)));
      if (looksOther || holdsOthers) changed.push(row);
    }
    return isAll ? "all" : changed;
  }

  /** Sets what was told; true when it was something else. What was never told is no change. */
  #isOther<K>(told: Map<K, string>, key: K, now: string): boolean {
    const before = told.get(key);
    if (before === undefined || before === now) return false;
    told.set(key, now);
    return true;
  }

  #rowOf({ id, modelId, backendId }: TreeEntry): TreeRow {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const row = { id, modelId, backendId };
    this.#rows.set(id, row);
    return row;
  }
}

const idsOf = (entries: readonly TreeEntry[]): string => JSON.stringify(entries.map(({ id }) => id));
const lookOf = (entry: TreeEntry): string => JSON.stringify(entry);
