import { Buffer } from "node:buffer";
import type { LlamaModel, Token } from "node-llama-cpp";
import { byteCharacters } from "../../demo-model/byte-pair-encoding.ts";

/** What a vocabulary knows about a token. */
export interface VocabularyEntry {
  /** Its text in UTF-8; a character may be spread over several tokens. Empty for control tokens. */
  readonly bytes: Uint8Array;
  /** Ends an answer. */
  readonly isEnd: boolean;
}

export interface TokenTextsOptions {
  readonly model: Pick<LlamaModel, "detokenize" | "isEogToken" | "tokenize">;
  /** A token as the vocabulary spells it. */
  readonly spelling: (token: Token) => string;
}

/** The bytes that tokens stand for. Looked up once each: answers use few of a vocabulary's tokens, again and again. */
export class TokenTexts {
  readonly #options: TokenTextsOptions;
  readonly #entries = new Map<Token, VocabularyEntry>();
  /** In front of other text a token keeps the space that it begins with; at the beginning some vocabularies drop it. */
  readonly #anchor: readonly Token[];

  constructor(options: TokenTextsOptions) {
    this.#options = options;
    this.#anchor = options.model.tokenize("a", false).slice(-1);
  }

  entry(token: Token): VocabularyEntry {
    const known = this.#entries.get(token);
    if (known !== undefined) return known;
    const entry = { bytes: this.#read(token, this.#anchor), isEnd: this.#options.model.isEogToken(token) };
    this.#entries.set(token, entry);
    return entry;
  }

  /** The bytes of the first token after a prompt, where no other text goes before. */
  bytesAfter(token: Token, before: readonly Token[]): Uint8Array {
    return this.#read(token, before);
  }

  #read(token: Token, before: readonly Token[]): Uint8Array {
    const text = this.#options.model.detokenize([token], false, before);
    // A broken character shows as U+FFFD. Then only the vocabulary's spelling has the bytes.
    return (
      (text.includes("\uFFFD") ? spelledBytes(this.#options.spelling(token), text) : undefined) ?? Buffer.from(text)
    );
  }
}

/** Undefined unless the bytes read as the text. */
function spelledBytes(spelling: string, text: string): Uint8Array | undefined {
  const byteToken = /^<0x([0-9A-F]{2})>$/.exec(spelling)?.[1];
  if (byteToken !== undefined) return Uint8Array.of(Number.parseInt(byteToken, 16));
  const bytes = Array.from(spelling, (character) => byteOfLetter.get(character));
  if (bytes.includes(undefined)) return undefined;
  const buffer = Buffer.from(bytes as number[]);
  return buffer.toString("utf8") === text ? buffer : undefined;
}

const byteOfLetter: ReadonlyMap<string, number> = new Map(byteCharacters.map((letter, byte) => [letter, byte]));
