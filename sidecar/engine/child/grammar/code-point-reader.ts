/** Length of a character by the upper half of its first byte; 0 for a byte that begins none. */
const lengths = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 3, 4];
const replacement = 0xfffd;

/**
 * Reads characters from bytes exactly as llama.cpp's grammars do: a character may come in several pieces, and needlessly
 * long encodings count as what they stand for. A stricter reader would see another text than the grammar has allowed.
 * Source: llama.cpp, src/llama-grammar.cpp (decode_utf8).
 */
export class CodePointReader {
  #value = 0;
  #missing = 0;

  /** A character has begun and is not complete. */
  get isInCharacter(): boolean {
    return this.#missing > 0;
  }

  /** The characters that are complete now. */
  push(bytes: Uint8Array): string {
    let text = "";
    for (const byte of bytes) {
      if (this.#missing > 0) {
        this.#value = this.#value * 64 + (byte & 0x3f);
        this.#missing--;
      } else {
        const length = lengths[byte >> 4] ?? 0;
        this.#missing = Math.max(0, length - 1);
        this.#value = length === 0 ? replacement : length === 1 ? byte : byte & (2 ** (7 - length) - 1);
      }
      if (this.#missing === 0) text += String.fromCodePoint(this.#value > 0x10ffff ? replacement : this.#value);
    }
    return text;
  }
}
