/** What a piece of code is to the eye; null is plain. The style sheet has a colour for each. */
export type TokenKind =
  | "comment"
  | "string"
  | "number"
  | "keyword"
  | "type"
  | "function"
  | "name"
  | "inserted"
  | "deleted";

export interface Token {
  readonly kind: TokenKind | null;
  readonly text: string;
}

/** A line that was read, and what is open at its end; null when nothing is. */
export interface ReadLine {
  readonly tokens: readonly Token[];
  readonly open: string | null;
}

/** Adds a piece; neighbours of one kind become one. */
export function pushToken(tokens: Token[], kind: TokenKind | null, text: string): void {
  if (text === "") return;
  const last = tokens.at(-1);
  if (last?.kind === kind) tokens[tokens.length - 1] = { kind, text: last.text + text };
  else tokens.push({ kind, text });
}
