import { splitLines } from "./document-lines.ts";
import type { TargetParts } from "./edit-target.ts";

/** What a model gets to see around the target. */
export interface ContextWindow {
  readonly before: string;
  readonly after: string;
  /** Lines of each side, as a person reads it. */
  readonly linesBefore: number;
  readonly linesAfter: number;
}

/** A minified file has one line of a megabyte. */
const maxSideCharacters = 12_000;

/** At most `lines` lines on each side. A line is never cut in two. */
export function contextWindow({ before, after }: TargetParts, lines: number): ContextWindow {
  const head = nearest(splitLines(before).reverse(), lines).reverse();
  const tail = nearest(splitLines(after), lines);
  return { before: head.join(""), after: tail.join(""), linesBefore: head.length, linesAfter: tail.length };
}

function nearest(lines: readonly string[], count: number): string[] {
  const taken: string[] = [];
  let characters = 0;
  for (const line of lines.slice(0, count)) {
    characters += line.length;
    if (characters > maxSideCharacters) break;
    taken.push(line);
  }
  return taken;
}
