import { hasLoneQuote, strayClosers } from "./open-brackets.ts";

/** Longer overlaps are found by their lines. */
const longestOverlap = 400;
const closersOnly = /^[)\]}"'`]+$/;

/**
 * Takes from the end of a text what stands behind it already. Closing brackets and quotes stay when it is the text itself
 * that has opened them: `f(x)` before `)` is what was meant.
 */
export function trimOverlap(text: string, suffix: string): string {
  for (let length = Math.min(text.length, suffix.length, longestOverlap); length > 0; length--) {
    const overlap = suffix.slice(0, length);
    if (!text.endsWith(overlap) || isOwnEnd(text, overlap)) continue;
    // It may stand there more than once.
    return trimOverlap(text.slice(0, text.length - length), suffix);
  }
  return text;
}

function isOwnEnd(text: string, overlap: string): boolean {
  if (!closersOnly.test(overlap)) return false;
  return strayClosers(text) === 0 && !hasLoneQuote(text);
}
