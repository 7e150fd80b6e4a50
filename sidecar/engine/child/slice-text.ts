/** How a vocabulary behaves where a text is cut between two words. */
export type CutStyle =
  /** The space belongs to the second part: " b" alone has the tokens that it has in "a b". */
  | "keepSpace"
  /** The vocabulary puts a space before every text, so that the second part goes without: "b" alone is " b" in "a b". */
  | "dropSpace";

export interface SliceOptions {
  /** The texts of control tokens, which are never cut. */
  readonly controlTexts: readonly string[];
  readonly style: CutStyle;
  /** About this many characters each. */
  readonly sliceCharacters: number;
}

/** Vocabularies never join the letters before a space with what comes after it. */
const cuts: Readonly<Record<CutStyle, RegExp>> = {
  keepSpace: /[\p{L}\p{N}](?=\s)/gu,
  // Exactly one space is dropped, and none is added before anything but a word.
  dropSpace: /\p{L}(?= \p{L})/gu,
};

/**
 * Cuts a text so that the tokens of the slices are those of the whole. Where there is nothing to cut between for a long
 * stretch (a wall of digits, of dots, of line breaks), it is cut anyway: one token may then come out as two.
 */
export function* sliceText(text: string, options: SliceOptions): Generator<string> {
  let start = 0;
  while (text.length - start > options.sliceCharacters) {
    const { end, next } = chooseCut(text, start, options);
    yield text.slice(start, end);
    start = next;
  }
  if (start < text.length) yield text.slice(start);
}

function chooseCut(text: string, start: number, options: SliceOptions): { end: number; next: number } {
  const latest = start + options.sliceCharacters;
  // In the second half alone, so that slices do not get small.
  const half = start + Math.floor(options.sliceCharacters / 2);
  const word = [...text.slice(half, latest).matchAll(cuts[options.style])].at(-1);
  if (word !== undefined) {
    const space = half + word.index + word[0].length;
    if (controlTextAround(text, space, options.controlTexts) === undefined) {
      return { end: space, next: options.style === "dropSpace" ? space + 1 : space };
    }
  }
  // Not between the two halves of a character beyond U+FFFF.
  const anywhere = /[\uD800-\uDBFF]/.test(text.charAt(latest - 1)) ? latest - 1 : latest;
  const cut = controlTextAround(text, anywhere, options.controlTexts) ?? anywhere;
  return { end: cut, next: cut };
}

/** Where a control text begins that such a cut would split. */
function controlTextAround(text: string, cut: number, controlTexts: readonly string[]): number | undefined {
  for (const control of controlTexts) {
    const from = Math.max(0, cut - control.length + 1);
    const found = text.slice(from, cut + control.length - 1).indexOf(control);
    if (found >= 0) return from + found;
  }
  return undefined;
}
