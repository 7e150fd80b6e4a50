import { pushToken, type ReadLine, type Token, type TokenKind } from "./token.ts";

/** Within a tag; within a comment; within the value of an attribute, by its quotation mark. */
type Open = "tag" | "<!--" | '"' | "'";

const stretch: Readonly<Record<Open, { readonly pattern: RegExp; readonly kind: TokenKind | null }>> = {
  "<!--": { pattern: /(?:(?!-->).)+/y, kind: "comment" },
  '"': { pattern: /[^"]+/y, kind: "string" },
  "'": { pattern: /[^']+/y, kind: "string" },
  tag: { pattern: /[^\s"'>=]+/y, kind: "name" },
};
const opening = /<!--|<\/?[A-Za-z][\w:.-]*/y;
const isOpen = (open: string | null): open is Open => open !== null && open in stretch;

/** Reads a line of HTML or XML. */
export function readMarkup(line: string, before: string | null): ReadLine {
  const tokens: Token[] = [];
  let open = isOpen(before) ? before : null;
  const at = (pattern: RegExp, from: number): string => {
    pattern.lastIndex = from;
    return pattern.exec(line)?.[0] ?? "";
  };
  for (let place = 0; place < line.length; ) {
    const step = open === null ? outside(at(opening, place)) : inside(open, line.slice(place, place + 3));
    if (step !== undefined) {
      pushToken(tokens, step.kind, line.slice(place, place + step.length));
      open = step.open;
      place += step.length;
      continue;
    }
    const { pattern, kind } = open === null ? { pattern: /[^<]+/y, kind: null } : stretch[open];
    const found = at(pattern, place) || line.charAt(place);
    pushToken(tokens, /^[\s=<]/.test(found) && open !== "<!--" ? null : kind, found);
    place += found.length;
  }
  return { tokens, open };
}

interface Step {
  readonly kind: TokenKind;
  readonly length: number;
  readonly open: Open | null;
}

function outside(found: string): Step | undefined {
  if (found === "") return undefined;
  if (found === "<!--") return { kind: "comment", length: 4, open: "<!--" };
  return { kind: "keyword", length: found.length, open: "tag" };
}

function inside(open: Open, ahead: string): Step | undefined {
  const [next = ""] = ahead;
  if (open === "<!--") return ahead === "-->" ? { kind: "comment", length: 3, open: null } : undefined;
  if (open === "tag") {
    if (next === ">") return { kind: "keyword", length: 1, open: null };
    return next === '"' || next === "'" ? { kind: "string", length: 1, open: next } : undefined;
  }
  return next === open ? { kind: "string", length: 1, open: "tag" } : undefined;
}
