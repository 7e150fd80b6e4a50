import type { Grammar, GrammarNode } from "../../sidecar/engine/child/grammar/grammar-node.ts";
import { ShortestTexts } from "../../sidecar/engine/child/grammar/shortest-text.ts";

/** A text that fits a grammar, chosen at random; past some length it takes the shortest way to the end. */
export function sampleGrammar(grammar: Grammar, random: () => number, softLimit = 300): string {
  const shortest = new ShortestTexts(grammar);
  const pick = (count: number): number => Math.floor(random() * count);
  let written = "";
  const write = (node: GrammarNode): void => {
    if (written.length > softLimit) {
      written += shortest.of(node) ?? "";
      return;
    }
    switch (node.kind) {
      case "text":
        written += node.text;
        return;
      case "character": {
        const [first, last] = node.ranges[pick(node.ranges.length)] ?? [0x20, 0x20];
        written += String.fromCodePoint(first + pick(last - first + 1));
        return;
      }
      case "sequence":
        for (const part of node.parts) write(part);
        return;
      case "choice": {
        const option = node.options[pick(node.options.length)];
        if (option !== undefined) write(option);
        return;
      }
      case "repeat": {
        const rounds = Math.min(node.max, node.min + pick(random() < 0.2 ? 80 : 4));
        for (let round = 0; round < rounds; round++)
          if (round < node.min || written.length <= softLimit) write(node.part);
        return;
      }
      case "rule": {
        const target = grammar.rules.get(node.name);
        if (target !== undefined) write(target);
        return;
      }
    }
  };
  write(grammar.root);
  return written;
}
