/** First and last code point, both included. */
export type CharacterRange = readonly [first: number, last: number];

/**
 * A part of a grammar. The same nodes are printed for llama.cpp and followed character by character here, so that the
 * engine knows at each moment how an answer can still be completed.
 */
export type GrammarNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "character"; readonly ranges: readonly CharacterRange[] }
  | { readonly kind: "sequence"; readonly parts: readonly GrammarNode[] }
  | { readonly kind: "choice"; readonly options: readonly GrammarNode[] }
  | { readonly kind: "repeat"; readonly part: GrammarNode; readonly min: number; readonly max: number }
  | { readonly kind: "rule"; readonly name: string };

export interface Grammar {
  readonly root: GrammarNode;
  readonly rules: ReadonlyMap<string, GrammarNode>;
}

export const text = (content: string): GrammarNode => ({ kind: "text", text: content });

export const character = (...ranges: readonly CharacterRange[]): GrammarNode => ({ kind: "character", ranges });

export const sequence = (...parts: readonly GrammarNode[]): GrammarNode =>
  parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "sequence", parts };

export const choice = (options: readonly GrammarNode[]): GrammarNode =>
  options.length === 1 && options[0] !== undefined ? options[0] : { kind: "choice", options };

/** @param max may be Infinity. The part must not match the empty text. */
export const repeat = (part: GrammarNode, min: number, max: number): GrammarNode => ({
  kind: "repeat",
  part,
  min,
  max,
});

export const optional = (part: GrammarNode): GrammarNode => repeat(part, 0, 1);

export const rule = (name: string): GrammarNode => ({ kind: "rule", name });

export const nothing: GrammarNode = { kind: "sequence", parts: [] };

/** Any of these texts. Common beginnings are shared, since each open alternative costs time at every token. */
export function oneOfTexts(texts: readonly string[]): GrammarNode {
  const byFirst = new Map<string, string[]>();
  let canEnd = false;
  for (const each of new Set(texts)) {
    const first = String.fromCodePoint(each.codePointAt(0) ?? 0);
    if (each === "") canEnd = true;
    else byFirst.set(first, [...(byFirst.get(first) ?? []), each]);
  }
  const options = [...byFirst.values()].map((group) => {
    const shared = sharedBeginning(group);
    if (group.length === 1) return text(shared);
    return sequence(text(shared), oneOfTexts(group.map((each) => each.slice(shared.length))));
  });
  if (!canEnd) return choice(options);
  return options.length === 0 ? nothing : optional(choice(options));
}

function sharedBeginning(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let shared = "";
  for (const each of first) {
    if (!others.every((other) => other.startsWith(shared + each))) break;
    shared += each;
  }
  return shared;
}
