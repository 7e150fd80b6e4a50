import type { Grammar, Span } from "./grammar.ts";
import { pushToken, type ReadLine, type Token, type TokenKind } from "./token.ts";

const space = /\s+/y;
const numberPattern = /(?:0[xX][\da-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)[A-Za-z%]{0,4}/y;
const word = /[\p{L}_$][\p{L}\p{N}_$]*/uy;

/** Reads a line by a grammar, given the mark of the span that the line before left open. */
export function readWithGrammar(grammar: Grammar, line: string, open: string | null): ReadLine {
  const tokens: Token[] = [];
  let at = 0;
  const begun = grammar.spans.find((span) => span.open === open);
  if (begun !== undefined) {
    const end = endOf(begun, line, 0);
    pushToken(tokens, begun.kind, line.slice(0, end ?? line.length));
    if (end === undefined) return { tokens, open };
    at = end;
  }
  while (at < line.length) {
    const { kind, length, isOpen } = next(grammar, line, at);
    pushToken(tokens, kind, line.slice(at, at + length));
    if (isOpen !== undefined) return { tokens, open: isOpen };
    at += length;
  }
  return { tokens, open: null };
}

interface Piece {
  readonly kind: TokenKind | null;
  readonly length: number;
  /** The mark of a span that goes on in the next line. */
  readonly isOpen?: string;
}

function next(grammar: Grammar, line: string, at: number): Piece {
  const blank = match(space, line, at);
  if (blank !== "") return { kind: null, length: blank.length };
  for (const { pattern, kind } of grammar.patterns ?? []) {
    const found = match(pattern, line, at);
    if (found !== "") return { kind, length: found.length };
  }
  if (grammar.comments.some((mark) => line.startsWith(mark, at))) return { kind: "comment", length: line.length - at };
  const span = grammar.spans.find((each) => line.startsWith(each.open, at));
  if (span !== undefined) return spanAt(span, line, at);
  const digits = match(numberPattern, line, at);
  if (digits !== "") return { kind: "number", length: digits.length };
  const name = match(word, line, at);
  return name === ""
    ? { kind: null, length: 1 }
    : { kind: kindOf(grammar, name, line.slice(at + name.length)), length: name.length };
}

function spanAt(span: Span, line: string, at: number): Piece {
  const end = endOf(span, line, at + span.open.length);
  if (end !== undefined) return { kind: span.kind, length: end - at };
  if (span.isLong === true) return { kind: span.kind, length: line.length - at, isOpen: span.open };
  // An apostrophe without a second one is more often a lifetime or a word's than a text that is not closed yet.
  return span.open === "'" ? { kind: null, length: 1 } : { kind: span.kind, length: line.length - at };
}

/** Where a span ends that is open at `from`; a mark behind a backslash is none. */
function endOf(span: Span, line: string, from: number): number | undefined {
  for (let at = from; at < line.length; at++) {
    if (line[at] === "\\" && span.kind === "string") at++;
    else if (line.startsWith(span.close, at)) return at + span.close.length;
  }
  return undefined;
}

function kindOf({ keywords, ignoresCase, hasTypes, hasCalls }: Grammar, name: string, rest: string): TokenKind | null {
  if (keywords.has(ignoresCase === true ? name.toLowerCase() : name)) return "keyword";
  if (hasCalls === true && /^\s*\(/.test(rest)) return "function";
  return hasTypes === true && /^\p{Lu}/u.test(name) ? "type" : null;
}

function match(pattern: RegExp, line: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0] ?? "";
}
