import {
  type CharacterRange,
  choice,
  type Grammar,
  type GrammarNode,
  nothing,
  repeat,
  sequence,
  text,
} from "./grammar-node.ts";
import { ShortestTexts } from "./shortest-text.ts";

/** A place in a grammar: a part, how far it has come, and what follows it. */
interface Frame {
  readonly node: GrammarNode;
  /** Characters of a text, parts of a sequence, rounds of a repetition. */
  readonly at: number;
  readonly next: Frame | undefined;
  /** The shortest text that leads from here to the end. */
  readonly closing: string;
}

/** Marks a grammar that is complete and could end here. */
const end = Symbol("end");
type Place = Frame | typeof end;

/** More open alternatives than this would make each token of the answer slow. */
const maxPlaces = 256;

/**
 * Follows an answer through its grammar, character by character. llama.cpp does the same for choosing tokens, but cannot
 * tell how much is still missing; here that is what lets an answer be closed before its room is used up.
 */
export class GrammarCursor {
  readonly #grammar: Grammar;
  readonly #shortest: ShortestTexts;
  /** Equal frames are the same object, so that alternatives which have become equal are one. */
  readonly #frames = new Map<GrammarNode, Map<number, Map<Frame | undefined, Frame>>>();
  #places: readonly Place[];
  readonly #largestStep: number;

  /** @throws RangeError when no text of finite length fits the grammar */
  constructor(grammar: Grammar) {
    this.#grammar = grammar;
    this.#shortest = new ShortestTexts(grammar);
    if (this.#shortest.of(grammar.root) === undefined) throw new RangeError("no finite text fits the grammar");
    this.#largestStep = this.#shortest.largestStep;
    this.#places = this.#expand([this.#frame(grammar.root, 0, undefined)]);
  }

  /** The answer could end here. */
  get isComplete(): boolean {
    return this.#places.includes(end);
  }

  /** The answer has to end here. */
  get mustEnd(): boolean {
    return this.#places.every((place) => place === end);
  }

  /** Too many alternatives are open to go on at a bearable speed. */
  get isCrowded(): boolean {
    return this.#places.length > maxPlaces;
  }

  /** How much longer `closing` can get by a single step. */
  get largestStep(): number {
    return this.#largestStep;
  }

  /** The shortest text that completes the answer. */
  get closing(): string {
    let best: string | undefined;
    for (const place of this.#places) {
      if (place === end) return "";
      if (best === undefined || place.closing.length < best.length) best = place.closing;
    }
    return best ?? "";
  }

  /** Moves on. False, and nothing has moved, when the text does not fit. */
  accept(content: string): boolean {
    const before = this.#places;
    for (const each of content) {
      const codePoint = each.codePointAt(0) ?? 0;
      const reached: (Frame | undefined)[] = [];
      for (const place of this.#places) {
        if (place === end) continue;
        const moved = this.#step(place, codePoint);
        if (moved !== false) reached.push(moved);
      }
      this.#places = this.#expand(reached);
      if (this.#places.length === 0) {
        this.#places = before;
        return false;
      }
    }
    return true;
  }

  /** What may still follow, as a grammar of its own. */
  rest(): Grammar {
    const options = this.#places.map((place) => (place === end ? nothing : sequence(...this.#remainders(place))));
    return { root: choice(options), rules: this.#grammar.rules };
  }

  #remainders(place: Frame): GrammarNode[] {
    const parts: GrammarNode[] = [];
    for (let frame: Frame | undefined = place; frame !== undefined; frame = frame.next) parts.push(remainder(frame));
    return parts;
  }

  /** The frame after one character; undefined when the grammar is at its end, false when it does not fit. */
  #step({ node, at, next }: Frame, codePoint: number): Frame | undefined | false {
    if (node.kind === "character") return isIn(codePoint, node.ranges) ? next : false;
    if (node.kind !== "text" || node.text.codePointAt(at) !== codePoint) return false;
    const after = at + (codePoint > 0xffff ? 2 : 1);
    return after < node.text.length ? this.#frame(node, after, next) : next;
  }

  /** All places where a character is expected, starting from these. */
  #expand(starts: readonly (Frame | undefined)[]): readonly Place[] {
    const places = new Set<Place>();
    const seen = new Set<Frame>();
    const open = [...starts];
    while (open.length > 0) {
      const frame = open.pop();
      if (frame === undefined) places.add(end);
      else if (!seen.has(frame)) {
        seen.add(frame);
        if (frame.node.kind === "character" || (frame.node.kind === "text" && frame.node.text !== ""))
          places.add(frame);
        else open.push(...this.#unfold(frame));
      }
    }
    return [...places];
  }

  #unfold({ node, at, next }: Frame): (Frame | undefined)[] {
    switch (node.kind) {
      case "sequence": {
        const part = node.parts[at];
        if (part === undefined) return [next];
        const after = at + 1 < node.parts.length ? this.#frame(node, at + 1, next) : next;
        return [this.#frame(part, 0, after)];
      }
      case "choice":
        return node.options.map((option) => this.#frame(option, 0, next));
      case "repeat": {
        // Rounds beyond the minimum need no count when there is no maximum.
        const round = node.max === Number.POSITIVE_INFINITY ? Math.min(at + 1, node.min) : at + 1;
        const again = at < node.max ? [this.#frame(node.part, 0, this.#frame(node, round, next))] : [];
        return at >= node.min ? [next, ...again] : again;
      }
      case "rule":
        return [this.#frame(this.#grammar.rules.get(node.name) ?? nothing, 0, next)];
      default:
        return [next];
    }
  }

  #frame(node: GrammarNode, at: number, next: Frame | undefined): Frame {
    const byAt = this.#frames.get(node) ?? new Map<number, Map<Frame | undefined, Frame>>();
    this.#frames.set(node, byAt);
    const byNext = byAt.get(at) ?? new Map<Frame | undefined, Frame>();
    byAt.set(at, byNext);
    const known = byNext.get(next);
    if (known !== undefined) return known;
    const own = this.#shortest.of(remainder({ node, at })) ?? "";
    const frame: Frame = { node, at, next, closing: own + (next?.closing ?? "") };
    byNext.set(next, frame);
    return frame;
  }
}

/** What is left of a part. */
function remainder({ node, at }: Pick<Frame, "node" | "at">): GrammarNode {
  switch (node.kind) {
    case "text":
      return at === 0 ? node : text(node.text.slice(at));
    case "sequence":
      return at === 0 ? node : sequence(...node.parts.slice(at));
    case "repeat":
      if (at === 0) return node;
      return at === node.max ? nothing : repeat(node.part, Math.max(0, node.min - at), node.max - at);
    default:
      return node;
  }
}

const isIn = (codePoint: number, ranges: readonly CharacterRange[]): boolean =>
  ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
