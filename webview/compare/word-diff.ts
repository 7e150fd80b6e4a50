import { diffArrays } from "diff";

/** A stretch of words: in both texts, only in the other one, or only in the base. */
export interface DiffPart {
  readonly kind: "same" | "added" | "removed";
  /** As it stands in its text, with the space behind it; of what is the same, the other text's. */
  readonly text: string;
}

export interface WordDiff {
  readonly parts: readonly DiffPart[];
  /** Punctuation does not count. */
  readonly addedWords: number;
  readonly removedWords: number;
  /** How much of both texts is in both, in per cent. */
  readonly samePercent: number;
}

/** More differences than this are no help to anybody, and finding the fewest of them takes long. */
const maxDifferences = 1_500;

/**
 * Where another answer differs from the base, word by word; how words are spaced does not count. Undefined when they
 * differ in nearly everything.
 */
export function diffWords(base: string, other: string, language: string): WordDiff | undefined {
  const from = wordsOf(base, language);
  const to = wordsOf(other, language);
  const plain = (words: readonly string[]): string[] => words.map((word) => word.trim());
  const changes = diffArrays(plain(from), plain(to), { maxEditLength: maxDifferences });
  if (changes === undefined) return undefined;
  const parts: DiffPart[] = [];
  const counts = { same: 0, added: 0, removed: 0 };
  let [inBase, inOther] = [0, 0];
  for (const { added, removed, count } of changes) {
    const kind = added ? "added" : removed ? "removed" : "same";
    const words = removed ? from.slice(inBase, inBase + count) : to.slice(inOther, inOther + count);
    if (!added) inBase += count;
    if (!removed) inOther += count;
    parts.push({ kind, text: words.join("") });
    counts[kind] += words.filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  }
  const all = 2 * counts.same + counts.added + counts.removed;
  const samePercent = all === 0 ? 100 : Math.floor((200 * counts.same) / all);
  return { parts, addedWords: counts.added, removedWords: counts.removed, samePercent };
}

/** The words and signs of a text, each with the space behind it: put together they are the text. */
function wordsOf(text: string, language: string): string[] {
  const words: string[] = [];
  // Not every script puts spaces between its words.
  for (const { segment } of new Intl.Segmenter(language, { granularity: "word" }).segment(text)) {
    const last = words.length - 1;
    if (last >= 0 && segment.trim() === "") words[last] += segment;
    else words.push(segment);
  }
  return words;
}
