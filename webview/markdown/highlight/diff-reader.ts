import type { ReadLine, TokenKind } from "./token.ts";

const kinds: readonly (readonly [string, TokenKind])[] = [
  ["+++", "type"],
  ["---", "type"],
  ["diff ", "type"],
  ["@@", "function"],
  ["+", "inserted"],
  ["-", "deleted"],
];

/** A line of a difference is one thing as a whole. */
export function readDiff(line: string): ReadLine {
  const [, kind = null] = kinds.find(([beginning]) => line.startsWith(beginning)) ?? [];
  return { tokens: line === "" ? [] : [{ kind, text: line }], open: null };
}
