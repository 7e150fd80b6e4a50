import { matchesGlob } from "./glob.ts";

interface Rule {
  readonly pattern: string;
  readonly isFolderOnly: boolean;
  readonly isKept: boolean;
}

/** A repository's file may be of any size. */
const maxRules = 1_000;

/** What one `.gitignore` says, as it stands at one folder. */
export class IgnoreRules {
  readonly #rules: readonly Rule[];
  /** The folder of the file, from the listing's root on, with a `/` at its end; "" for the root itself. */
  readonly #base: string;

  constructor(text: string, base: string) {
    this.#base = base;
    this.#rules = text.split(/\r?\n/).slice(0, maxRules).flatMap(ruleOf);
  }

  /** True: left out. False: kept, against what stands further up. Undefined: not its business. */
  ignores(path: string, isFolder: boolean): boolean | undefined {
    if (!path.startsWith(this.#base)) return undefined;
    const own = path.slice(this.#base.length);
    const last = this.#rules.findLast(
      ({ pattern, isFolderOnly }) => (isFolder || !isFolderOnly) && matchesGlob(pattern, own),
    );
    return last === undefined ? undefined : !last.isKept;
  }
}

function ruleOf(line: string): Rule[] {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return [];
  const isKept = text.startsWith("!");
  const wanted = isKept ? text.slice(1) : text;
  const isFolderOnly = wanted.endsWith("/");
  const path = isFolderOnly ? wanted.slice(0, -1) : wanted;
  // With a slash before its end it counts from its own folder on, otherwise everywhere below.
  const pattern = path.includes("/") ? path.replace(/^\//, "") : `**/${path}`;
  return [{ pattern: escapedBraces(pattern), isFolderOnly, isKept }];
}

/** Git knows no braces: there they are letters, for which any letter is near enough. */
const escapedBraces = (pattern: string): string => pattern.replace(/[{}]/g, "?");
