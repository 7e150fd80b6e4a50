import {
  type CharacterRange,
  character,
  choice,
  type GrammarNode,
  nothing,
  repeat,
  sequence,
  text,
} from "./grammar-node.ts";
import { json, plainRanges } from "./json-text.ts";
import { UnsupportedSchema } from "./unsupported-schema.ts";

const maxPatternCharacters = 1000;
const maxRepeats = 500;
const maxDepth = 20;

/**
 * The content of a JSON string that a regular expression matches: literals, classes, groups, alternatives, counts, and
 * anchors at both ends. What a grammar cannot say (back references, looking around, lazy meaning) is refused.
 */
export function patternGrammar(pattern: unknown, path: readonly string[]): GrammarNode {
  if (typeof pattern !== "string" || pattern.length > maxPatternCharacters) {
    throw new UnsupportedSchema(path, `expected a regular expression of at most ${maxPatternCharacters} characters`);
  }
  const anything = repeat(json.character, 0, Number.POSITIVE_INFINITY);
  const startsAnywhere = !pattern.startsWith("^");
  const endsAnywhere = !/(^|[^\\])(\\\\)*\$$/.test(pattern);
  const body = pattern.slice(startsAnywhere ? 0 : 1, endsAnywhere ? undefined : -1);
  const parser = new PatternParser(body, path);
  const found = parser.parse();
  // `^a|b$` anchors one alternative each, which the slicing above would turn into `^(a|b)$`.
  if (parser.hasTopAlternatives && !(startsAnywhere && endsAnywhere)) {
    throw new UnsupportedSchema(path, "put its alternatives in a group");
  }
  return sequence(startsAnywhere ? anything : nothing, found, endsAnywhere ? anything : nothing);
}

const digitRanges: readonly CharacterRange[] = [[0x30, 0x39]];
const wordRanges: readonly CharacterRange[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const spaceRanges: readonly CharacterRange[] = [[0x20, 0x20]];

class PatternParser {
  hasTopAlternatives = false;
  readonly #source: string;
  readonly #path: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(source: string, path: readonly string[]) {
    this.#source = source;
    this.#path = path;
  }

  parse(): GrammarNode {
    const found = this.#alternatives();
    if (this.#at < this.#source.length) this.#refuse(`'${this.#peek()}' has no beginning`);
    return found;
  }

  #alternatives(): GrammarNode {
    const options = [this.#sequence()];
    while (this.#peek() === "|") {
      this.#at++;
      if (this.#depth === 0) this.hasTopAlternatives = true;
      options.push(this.#sequence());
    }
    return choice(options);
  }

  #sequence(): GrammarNode {
    const parts: GrammarNode[] = [];
    while (this.#at < this.#source.length && this.#peek() !== "|" && this.#peek() !== ")") parts.push(this.#counted());
    return sequence(...parts);
  }

  #counted(): GrammarNode {
    const part = this.#single();
    const [found, least = "", comma, most = ""] =
      /^(?:[*+?]|\{(\d+)(,)?(\d*)\})/.exec(this.#source.slice(this.#at)) ?? [];
    if (found === undefined) return part;
    this.#at += found.length;
    if (this.#peek() === "?" || this.#peek() === "+") this.#refuse("lazy and possessive counts have no meaning here");
    if (found === "*") return repeat(part, 0, Number.POSITIVE_INFINITY);
    if (found === "+") return repeat(part, 1, Number.POSITIVE_INFINITY);
    if (found === "?") return repeat(part, 0, 1);
    const min = Number(least);
    const max = comma === undefined ? min : most === "" ? Number.POSITIVE_INFINITY : Number(most);
    if (min > maxRepeats || (max > maxRepeats && max !== Number.POSITIVE_INFINITY) || max < min) {
      this.#refuse(`counts go up to ${maxRepeats}`);
    }
    return max === 0 ? nothing : repeat(part, min, max);
  }

  #single(): GrammarNode {
    const each = this.#take();
    if (each === "(") return this.#group();
    if (each === "[") return this.#class();
    if (each === ".") return json.character;
    if (each === "\\") return this.#escape();
    if ("*+?{}^$)".includes(each)) this.#refuse(`'${each}' is not possible here`);
    return literal(each);
  }

  #group(): GrammarNode {
    if (this.#source.startsWith("?:", this.#at)) this.#at += 2;
    else if (this.#peek() === "?") this.#refuse("only plain groups are possible");
    if (++this.#depth > maxDepth) this.#refuse("its groups are nested too deep");
    const inner = this.#alternatives();
    if (this.#take() !== ")") this.#refuse("a group is not closed");
    this.#depth--;
    return inner;
  }

  #escape(): GrammarNode {
    const each = this.#take();
    if (each === "d") return character(...digitRanges);
    if (each === "w") return character(...wordRanges);
    if (each === "s") return character(...spaceRanges);
    if (/[A-Za-z0-9]/.test(each)) this.#refuse(`'\\${each}' cannot be enforced`);
    return literal(each);
  }

  #class(): GrammarNode {
    const isNegated = this.#peek() === "^";
    if (isNegated) this.#at++;
    const ranges: CharacterRange[] = [];
    while (this.#peek() !== "]") ranges.push(...this.#classPart());
    this.#at++;
    const wanted = isNegated ? complement(ranges) : ranges;
    const plain = intersect(wanted, plainRanges);
    const options: GrammarNode[] = plain.length === 0 ? [] : [character(...plain)];
    for (const special of ['"', "\\"]) {
      const code = special.charCodeAt(0);
      if (wanted.some(([first, last]) => first <= code && code <= last)) options.push(literal(special));
    }
    if (options.length === 0) this.#refuse("a class is empty");
    return choice(options);
  }

  #classPart(): readonly CharacterRange[] {
    const each = this.#take();
    if (each === "\\" && "dws".includes(this.#peek())) {
      return { d: digitRanges, w: wordRanges, s: spaceRanges }[this.#take() as "d" | "w" | "s"];
    }
    const first = each === "\\" ? this.#escapedCharacter() : each;
    if (this.#peek() !== "-" || this.#source[this.#at + 1] === "]") return [[codeOf(first), codeOf(first)]];
    this.#at++;
    const next = this.#take();
    const last = next === "\\" ? this.#escapedCharacter() : next;
    if (codeOf(last) < codeOf(first)) this.#refuse("a range is the wrong way round");
    return [[codeOf(first), codeOf(last)]];
  }

  #escapedCharacter(): string {
    const each = this.#take();
    if (/[A-Za-z0-9]/.test(each)) this.#refuse(`'\\${each}' cannot be enforced`);
    return each;
  }

  #peek(): string {
    return this.#at < this.#source.length ? String.fromCodePoint(codeOf(this.#source.slice(this.#at))) : "";
  }

  #take(): string {
    const each = this.#peek();
    if (each === "") this.#refuse("it ends in the middle");
    this.#at += each.length;
    return each;
  }

  #refuse(problem: string): never {
    throw new UnsupportedSchema(this.#path, problem);
  }
}

const codeOf = (each: string): number => each.codePointAt(0) ?? 0;

/** A character as it is written inside a JSON string. */
const literal = (each: string): GrammarNode => text(JSON.stringify(each).slice(1, -1));

function complement(ranges: readonly CharacterRange[]): CharacterRange[] {
  const result: CharacterRange[] = [];
  let from = 0x20;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > from) result.push([from, first - 1]);
    from = Math.max(from, last + 1);
  }
  return [...result, [from, 0x10ffff]];
}

function intersect(left: readonly CharacterRange[], right: readonly CharacterRange[]): CharacterRange[] {
  return left.flatMap(([first, last]) =>
    right
      .map(([otherFirst, otherLast]): CharacterRange => [Math.max(first, otherFirst), Math.min(last, otherLast)])
      .filter(([from, to]) => from <= to),
  );
}
