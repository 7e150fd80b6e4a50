import { readDiff } from "./diff-reader.ts";
import { grammars } from "./grammar.ts";
import { readWithGrammar } from "./grammar-reader.ts";
import { readMarkup } from "./markup-reader.ts";
import type { ReadLine } from "./token.ts";

/** Reads one line of code, given what the line before it left open. */
export type CodeReader = (line: string, open: string | null) => ReadLine;

/** Longer lines are data, not code, and stay plain. */
const maxLineCharacters = 2_000;

const plain: CodeReader = (line, open) => ({ tokens: [{ kind: null, text: line }], open });

/** The reader of a language by the name behind its fence. What nobody knows stays plain. */
export function codeReader(language: string): CodeReader {
  const read = readerOf(language.toLowerCase());
  return (line, open) => (line.length > maxLineCharacters ? plain(line, open) : read(line, open));
}

function readerOf(language: string): CodeReader {
  if (["html", "xml", "svg", "vue", "svelte", "xhtml", "astro"].includes(language)) return readMarkup;
  if (language === "diff" || language === "patch") return readDiff;
  const grammar = grammars.get(language);
  return grammar === undefined ? plain : (line, open) => readWithGrammar(grammar, line, open);
}
