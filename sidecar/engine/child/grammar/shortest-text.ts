import type { Grammar, GrammarNode } from "./grammar-node.ts";

/** What cannot be said in less is as good as endless: rules that double themselves grow beyond any memory. */
const maxCharacters = 64 * 1024;

/**
 * The shortest text that each part of a grammar can become, undefined where a part can never end. Computed once, by
 * repeating until no rule gets shorter.
 */
export class ShortestTexts {
  readonly #grammar: Grammar;
  readonly #rules = new Map<string, string>();
  readonly #known = new Map<GrammarNode, string | undefined>();

  constructor(grammar: Grammar) {
    this.#grammar = grammar;
    let changed = true;
    while (changed) {
      changed = false;
      for (const [name, node] of grammar.rules) {
        const found = this.of(node);
        if (found === undefined || found.length >= (this.#rules.get(name)?.length ?? Number.POSITIVE_INFINITY))
          continue;
        this.#rules.set(name, found);
        changed = true;
      }
      this.#known.clear();
    }
  }

  of(node: GrammarNode): string | undefined {
    if (this.#known.has(node)) return this.#known.get(node);
    const found = this.#find(node);
    this.#known.set(node, found);
    return found;
  }

  #find(node: GrammarNode): string | undefined {
    switch (node.kind) {
      case "text":
        return node.text;
      case "character":
        return String.fromCodePoint(node.ranges[0]?.[0] ?? 0x20);
      case "sequence":
        return this.#sequence(node.parts);
      case "choice":
        return this.#choice(node.options);
      case "repeat":
        return node.min === 0 ? "" : this.#repeated(node.part, node.min);
      case "rule":
        return this.#rules.get(node.name);
    }
  }

  #sequence(parts: readonly GrammarNode[]): string | undefined {
    let all = "";
    for (const part of parts) {
      const found = this.of(part);
      if (found === undefined || all.length + found.length > maxCharacters) return undefined;
      all += found;
    }
    return all;
  }

  #repeated(part: GrammarNode, times: number): string | undefined {
    const found = this.of(part);
    return found === undefined || found.length * times > maxCharacters ? undefined : found.repeat(times);
  }

  #choice(options: readonly GrammarNode[]): string | undefined {
    let best: string | undefined;
    for (const option of options) {
      const found = this.of(option);
      if (found !== undefined && (best === undefined || found.length < best.length)) best = found;
    }
    return best;
  }

  /** The most that one choice can add to what has to be said: a member, an item, or another kind of value. */
  get largestStep(): number {
    const nodes = [this.#grammar.root, ...this.#grammar.rules.values()];
    return nodes.reduce((largest, node) => Math.max(largest, this.#largestStep(node)), 0);
  }

  #largestStep(node: GrammarNode): number {
    const length = (each: GrammarNode): number => this.of(each)?.length ?? 0;
    switch (node.kind) {
      case "sequence":
        return Math.max(0, ...node.parts.map((part) => this.#largestStep(part)));
      case "choice":
        return Math.max(...node.options.map((option) => Math.max(length(option), this.#largestStep(option))));
      case "repeat":
        return Math.max(length(node.part), this.#largestStep(node.part));
      default:
        return 0;
    }
  }
}
