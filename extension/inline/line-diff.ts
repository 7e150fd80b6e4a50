import { diffArrays } from "diff";

/** One place at which lines are replaced; empty `oldLines` insert, empty `newLines` delete. Lines carry their endings. */
export interface Hunk {
  /** Index of the first replaced line in the old text, or of the line before which lines are inserted. */
  readonly start: number;
  readonly oldLines: readonly string[];
  readonly newLines: readonly string[];
}

/** More differences than this are not worth an exact answer: all between the first and the last is one hunk. */
const maxEditLength = 1_000;

/** The places at which two texts differ, in order, with at least one equal line between them. */
export function diffLines(oldLines: readonly string[], newLines: readonly string[]): Hunk[] {
  const shared = Math.min(oldLines.length, newLines.length);
  let before = 0;
  while (before < shared && oldLines[before] === newLines[before]) before++;
  let after = 0;
  while (after < shared - before && oldLines.at(-1 - after) === newLines.at(-1 - after)) after++;
  // What is equal at both ends costs nothing: most edits are small, and documents may be long.
  const from = oldLines.slice(before, oldLines.length - after);
  const to = newLines.slice(before, newLines.length - after);
  if (from.length === 0 && to.length === 0) return [];
  const changes = diffArrays(from, to, { maxEditLength });
  if (changes === undefined) return [{ start: before, oldLines: from, newLines: to }];
  const hunks: Hunk[] = [];
  let at = before;
  let open: { start: number; oldLines: string[]; newLines: string[] } | undefined;
  for (const { added, removed, value } of changes) {
    if (!added && !removed) {
      open = undefined;
      at += value.length;
      continue;
    }
    if (open === undefined) {
      open = { start: at, oldLines: [], newLines: [] };
      hunks.push(open);
    }
    if (added) {
      open.newLines.push(...value);
    } else {
      open.oldLines.push(...value);
      at += value.length;
    }
  }
  return hunks;
}

/** The text with these hunks of it applied; their order does not matter. */
export function applyHunks(lines: readonly string[], hunks: readonly Hunk[]): string[] {
  const result: string[] = [];
  let at = 0;
  for (const { start, oldLines, newLines } of hunks.toSorted((a, b) => a.start - b.start)) {
    result.push(...lines.slice(at, start), ...newLines);
    at = start + oldLines.length;
  }
  return [...result, ...lines.slice(at)];
}

/** How many lines a person has to look at. */
export function changedLines(hunks: readonly Hunk[]): number {
  return hunks.reduce((sum, { oldLines, newLines }) => sum + oldLines.length + newLines.length, 0);
}
