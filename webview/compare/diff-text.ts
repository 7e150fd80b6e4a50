import type { CompareWords } from "../../contract/webview/compare-words.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { diffWords } from "./word-diff.ts";

export interface DiffTextOptions {
  readonly words: CompareWords;
  readonly language: string;
}

/**
 * An answer as its words differ from the base, below a line that sums it up. What was added is underlined, what is
 * missing is struck through, and screen readers are told.
 */
export function diffText(base: string, other: string, { words, language }: DiffTextOptions): HTMLElement {
  const diff = diffWords(base, other, language);
  if (diff === undefined) return box(words.tooDifferent, [other]);
  const { addedWords, removedWords, samePercent, parts } = diff;
  const isSame = parts.every(({ kind }) => kind === "same");
  const sum = isSame ? words.same : fillIn(words.differing, addedWords, removedWords, samePercent);
  const drawn = parts.flatMap(({ kind, text }) => {
    if (kind === "same") return [text];
    const mark = kind === "added" ? "ins" : "del";
    const spoken = kind === "added" ? words.added : words.removed;
    const told = element("span", { className: "spoken-only", children: [spoken] });
    const word = text.trimEnd();
    // The space behind a word is not marked with it.
    return [element(mark, { children: [told, word] }), text.slice(word.length)];
  });
  return box(sum, drawn);
}

/** The base itself, as the others are compared with it. */
export const baseText = (text: string, words: CompareWords): HTMLElement => box(words.baseColumn, [text]);

const box = (sum: string, children: readonly (Node | string)[]): HTMLElement =>
  element("div", {
    className: "diff",
    children: [
      element("p", { className: "diff-sum muted", children: [sum] }),
      element("div", { className: "diff-text", children }),
    ],
  });
