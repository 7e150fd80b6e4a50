/** Two neighbouring symbols that the encoder joins into one. */
export type Merge = readonly [left: string, right: string];

/**
 * GPT-2's way to split text into words; merges never cross a word's edge. Every character belongs to one word.
 * Source: openai/gpt-2, encoder.py; llama.cpp applies the same pattern for `tokenizer.ggml.pre = "gpt-2"`.
 */
const wordPattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

export function splitIntoWords(text: string): readonly string[] {
  return text.match(wordPattern) ?? [];
}

/**
 * The printable character that stands for each byte in the vocabulary: itself where it is visible, otherwise one from
 * U+0100 on. So every byte sequence is text, and a space shows as "Ġ". Source: bytes_to_unicode in openai/gpt-2.
 */
export const byteCharacters: readonly string[] = makeByteCharacters();

function makeByteCharacters(): string[] {
  const isVisible = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  let standIns = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isVisible(byte) ? byte : 256 + standIns++));
}

/** A word as one byte character per UTF-8 byte: the symbols before any merge. */
export function byteSymbols(text: string): string[] {
  return Array.from(Buffer.from(text, "utf8"), (byte) => byteCharacters[byte] ?? "");
}

/** Encodes text to token ids by applying merges in their order, and decodes ids to text. */
export class BytePairEncoder {
  private readonly ids: ReadonlyMap<string, number>;
  private readonly ranks: ReadonlyMap<string, number>;
  private readonly merges: readonly Merge[];
  private readonly tokens: readonly string[];

  /** `tokens` must hold every byte character and the result of every merge; the index of a token is its id. */
  constructor(tokens: readonly string[], merges: readonly Merge[]) {
    this.tokens = tokens;
    this.merges = merges;
    this.ids = new Map(tokens.map((token, id) => [token, id]));
    this.ranks = new Map(merges.map(([left, right], rank) => [pairKey(left, right), rank]));
  }

  encode(text: string): number[] {
    return splitIntoWords(text).flatMap((word) => this.encodeWord(word));
  }

  /** The text of the ids. Ids that end inside a character decode to U+FFFD, unknown ids and special tokens to nothing. */
  decode(ids: readonly number[]): string {
    const bytes = ids.flatMap((id) => [...(this.tokens[id] ?? "")].map((character) => byteOf.get(character) ?? 0));
    return Buffer.from(bytes).toString("utf8");
  }

  /** The id of exactly this token, special tokens included. */
  idOf(token: string): number {
    const id = this.ids.get(token);
    if (id === undefined) throw new RangeError(`no such token: ${token}`);
    return id;
  }

  /** The two tokens that are joined into this one, if it came from a merge. */
  halvesOf(id: number): readonly [number, number] | undefined {
    const merge = this.merges.find(([left, right]) => left + right === this.tokens[id]);
    return merge && [this.idOf(merge[0]), this.idOf(merge[1])];
  }

  private encodeWord(word: string): number[] {
    const symbols = byteSymbols(word);
    for (;;) {
      const position = this.bestMergePosition(symbols);
      if (position === undefined) return symbols.map((symbol) => this.idOf(symbol));
      symbols.splice(position, 2, `${symbols[position]}${symbols[position + 1]}`);
    }
  }

  /** Where the pair with the lowest merge rank starts; the leftmost of equals. */
  private bestMergePosition(symbols: readonly string[]): number | undefined {
    let bestRank = Number.POSITIVE_INFINITY;
    let best: number | undefined;
    for (let position = 0; position + 1 < symbols.length; position++) {
      const rank = this.ranks.get(pairKey(symbols[position] ?? "", symbols[position + 1] ?? ""));
      if (rank !== undefined && rank < bestRank) {
        bestRank = rank;
        best = position;
      }
    }
    return best;
  }
}

const byteOf: ReadonlyMap<string, number> = new Map(byteCharacters.map((character, byte) => [character, byte]));

/** A space never is a symbol (its byte shows as "Ġ"), so it separates the two without doubt. */
function pairKey(left: string, right: string): string {
  return `${left} ${right}`;
}
