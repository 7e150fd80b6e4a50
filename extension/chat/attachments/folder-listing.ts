import { matchesGlob } from "./glob.ts";
import { IgnoreRules } from "./ignore-rules.ts";

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Links are named and never followed: they may lead in a circle, or away. */
  readonly isLink: boolean;
}

export interface FolderListingOptions {
  /** Its entries; the path counts from the listed folder on, "" is that folder. Rejects when nobody may look there. */
  readonly entries: (path: string) => Promise<readonly FolderEntry[]>;
  /** The `.gitignore` of a folder, by its path from the workspace's root on; undefined when there is none. */
  readonly gitignore: (path: string) => Promise<string | undefined>;
  /** What the editor does not show, as patterns of paths from the workspace's root on. */
  readonly excludes: readonly string[];
  /** Where the listed folder is in the workspace, with a `/` at its end; "" for its root. */
  readonly prefix: string;
  readonly signal: AbortSignal;
}

export interface FolderListing {
  readonly text: string;
  readonly names: number;
  /** There is more than is listed. */
  readonly isBounded: boolean;
}

/** What a person can still look through, and a small model still read. */
const maxNames = 1_000;
const maxDepth = 12;
const maxNamesOfFolder = 200;

/** The names below a folder as an indented tree: broad before deep, so that a large folder hides no other. */
export async function folderListing(options: FolderListingOptions): Promise<FolderListing> {
  const found = new Map<string, Found>();
  let level: Place[] = [{ path: "", rules: await rulesAbove(options) }];
  let names = 0;
  let isBounded = false;
  for (let depth = 0; level.length > 0; depth++) {
    const next: Place[] = [];
    for (const place of level) {
      options.signal.throwIfAborted();
      if (depth >= maxDepth || names >= maxNames) {
        isBounded = true;
        continue;
      }
      const { entries, rules } = await shown(place, options);
      const kept = entries.slice(0, Math.min(maxNamesOfFolder, maxNames - names));
      names += kept.length;
      if (kept.length < entries.length) isBounded = true;
      found.set(place.path, { entries: kept, omitted: entries.length - kept.length });
      for (const { name, isFolder, isLink } of kept) {
        if (isFolder && !isLink) next.push({ path: join(place.path, name), rules });
      }
    }
    level = next;
  }
  return { text: lines(found, "", 0).join(""), names, isBounded };
}

interface Place {
  readonly path: string;
  readonly rules: readonly IgnoreRules[];
}

interface Found {
  readonly entries: readonly FolderEntry[];
  readonly omitted: number;
}

async function shown(
  { path, rules }: Place,
  options: FolderListingOptions,
): Promise<{
  readonly entries: FolderEntry[];
  readonly rules: readonly IgnoreRules[];
}> {
  const all = [...rules, ...(await rulesAt(join(options.prefix.slice(0, -1), path), options))];
  const isShown = ({ name, isFolder }: FolderEntry): boolean => {
    const at = options.prefix + join(path, name);
    if (options.excludes.some((pattern) => matchesGlob(pattern, at))) return false;
    // The nearest file decides.
    const said = all.toReversed().map((each) => each.ignores(at, isFolder));
    return said.find((answer) => answer !== undefined) !== true;
  };
  const entries = (await options.entries(path)).filter(isShown);
  return { entries: entries.toSorted(foldersFirst), rules: all };
}

/** What the folders above say, from the workspace's root on. */
async function rulesAbove(options: FolderListingOptions): Promise<IgnoreRules[]> {
  const parts = options.prefix.split("/").slice(0, -1);
  const above = parts.map((_, depth) => parts.slice(0, depth).join("/"));
  return (await Promise.all(above.map((path) => rulesAt(path, options)))).flat();
}

async function rulesAt(path: string, { gitignore }: FolderListingOptions): Promise<IgnoreRules[]> {
  const text = await gitignore(path);
  return text === undefined ? [] : [new IgnoreRules(text, path === "" ? "" : `${path}/`)];
}

const foldersFirst = (a: FolderEntry, b: FolderEntry): number =>
  Number(b.isFolder) - Number(a.isFolder) || (a.name < b.name ? -1 : 1);

function lines(found: ReadonlyMap<string, Found>, path: string, depth: number): string[] {
  const indent = "  ".repeat(depth);
  const folder = found.get(path);
  if (folder === undefined) return path === "" ? [] : [`${indent}…\n`];
  const own = folder.entries.flatMap(({ name, isFolder, isLink }) => {
    // A name with a line break would look like two.
    const line = `${indent}${name.replace(/[\r\n]/g, "?")}${isFolder ? "/" : ""}${isLink ? " (link)" : ""}\n`;
    return isFolder && !isLink ? [line, ...lines(found, join(path, name), depth + 1)] : [line];
  });
  return folder.omitted === 0 ? own : [...own, `${indent}… ${folder.omitted} more\n`];
}

const join = (path: string, name: string): string => [path, name].filter((part) => part !== "").join("/");
