import { diffLines, type Hunk } from "./line-diff.ts";

export interface Rebased<H extends Hunk> {
  /** Hunks that still hold, at their places in the text as it is now. */
  readonly kept: readonly H[];
  /** Hunks whose lines, or the lines next to them, were changed by somebody else: applying them would overwrite that. */
  readonly lost: readonly H[];
}

/**
 * Moves hunks of one text to the same lines of a later version of it. Touching counts as overlapping, as in a merge: two
 * changes next to each other are one for whoever wrote them.
 */
export function rebaseHunks<H extends Hunk>(
  hunks: readonly H[],
  base: readonly string[],
  now: readonly string[],
): Rebased<H> {
  const others = diffLines(base, now);
  const kept: H[] = [];
  const lost: H[] = [];
  for (const hunk of hunks) {
    const end = hunk.start + hunk.oldLines.length;
    const isTouched = others.some((other) => other.start <= end && hunk.start <= other.start + other.oldLines.length);
    if (isTouched) {
      lost.push(hunk);
      continue;
    }
    const shift = others
      .filter((other) => other.start < hunk.start)
      .reduce((sum, { oldLines, newLines }) => sum + newLines.length - oldLines.length, 0);
    kept.push({ ...hunk, start: hunk.start + shift });
  }
  return { kept, lost };
}
