/**
 * Ends an answer at the first of some texts, which is not shown itself. Text that could be the beginning of a stop
 * text is held back until the next piece decides.
 */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = "";

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** The text to show, and whether a stop text was met. After that, nothing more may be pushed. */
  push(text: string): { text: string; stopped: boolean } {
    const all = this.#held + text;
    const first = this.#firstMatch(all);
    if (first !== undefined) {
      this.#held = "";
      return { text: all.slice(0, first), stopped: true };
    }
    const heldLength = Math.max(0, ...this.#stops.map((stop) => overlap(all, stop)));
    this.#held = all.slice(all.length - heldLength);
    return { text: all.slice(0, all.length - heldLength), stopped: false };
  }

  /** Where the stop text begins that is complete first, as if the text had come letter by letter. */
  #firstMatch(text: string): number | undefined {
    const matches = this.#stops
      .map((stop) => ({ start: text.indexOf(stop), length: stop.length }))
      .filter(({ start }) => start >= 0)
      .sort((a, b) => a.start + a.length - (b.start + b.length) || a.start - b.start);
    return matches[0]?.start;
  }

  /** What was held back, once no more text can complete it. */
  flush(): string {
    const text = this.#held;
    this.#held = "";
    return text;
  }
}

/** Length of the longest end of `text` that `stop` begins with. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (stop.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
