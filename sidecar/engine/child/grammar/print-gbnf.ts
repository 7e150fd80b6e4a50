import type { CharacterRange, Grammar, GrammarNode } from "./grammar-node.ts";

/** The grammar in llama.cpp's notation. Source: llama.cpp, grammars/README.md */
export function printGbnf(grammar: Grammar): string {
  const rules = [...grammar.rules].map(([name, node]) => `${name} ::= ${printNode(node)}`);
  return [`root ::= ${printNode(grammar.root)}`, ...rules, ""].join("\n");
}

function printNode(node: GrammarNode): string {
  switch (node.kind) {
    case "text":
      return `"${[...node.text].map(escapeInText).join("")}"`;
    case "character":
      return `[${node.ranges.map(printRange).join("")}]`;
    case "sequence":
      return node.parts.length === 0 ? '""' : node.parts.map(printNode).join(" ");
    case "choice":
      return `(${node.options.map(printNode).join(" | ")})`;
    case "repeat":
      return `(${printNode(node.part)})${printCount(node.min, node.max)}`;
    case "rule":
      return node.name;
  }
}

function printCount(min: number, max: number): string {
  if (min === 0 && max === 1) return "?";
  if (max !== Number.POSITIVE_INFINITY) return `{${min},${max}}`;
  return min === 0 ? "*" : `{${min},}`;
}

const printRange = ([first, last]: CharacterRange): string =>
  first === last ? escapeCodePoint(first) : `${escapeCodePoint(first)}-${escapeCodePoint(last)}`;

const isPlain = (character: string): boolean => /^[A-Za-z0-9 _:,.{}/<>()'=|-]$/.test(character);

const escapeInText = (character: string): string =>
  isPlain(character) ? character : escapeCodePoint(character.codePointAt(0) ?? 0);

function escapeCodePoint(codePoint: number): string {
  const hex = codePoint.toString(16).toUpperCase();
  if (codePoint <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return codePoint <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
