import { editorLines, splitLines } from "./document-lines.ts";

/** Positions as the editor has them: from 0. */
export interface Selection {
  readonly startLine: number;
  readonly endLine: number;
  readonly endCharacter: number;
}

/** The whole lines that an edit may change. */
export interface EditTarget {
  /** Index of the first line. */
  readonly start: number;
  /** Behind the last. */
  readonly end: number;
  /** True when there is nothing to change yet: code is written where the cursor is. */
  readonly isInsertion: boolean;
}

/**
 * What a person means by their selection: the lines that it touches. Without one, the line of the cursor, and on an
 * empty line new code in its place. A selection that ends before a line's first character does not touch that line.
 */
export function editTarget(text: string, { startLine, endLine, endCharacter }: Selection): EditTarget {
  const last = endLine > startLine && endCharacter === 0 ? endLine - 1 : endLine;
  const isBlank = editorLines(text)
    .slice(startLine, last + 1)
    .every((line) => line.trim() === "");
  // Behind a final newline the editor has a line more than the text.
  const end = Math.min(last + 1, splitLines(text).length);
  return { start: Math.min(startLine, end), end, isInsertion: isBlank };
}

/** A text around its target; joined they are the text. */
export interface TargetParts {
  readonly before: string;
  readonly target: string;
  readonly after: string;
}

export function targetParts(text: string, { start, end }: EditTarget): TargetParts {
  const lines = splitLines(text);
  const join = (from: number, to?: number): string => lines.slice(from, to).join("");
  return { before: join(0, start), target: join(start, end), after: join(end) };
}
