/** Turns tokens into text; `before` are the tokens that came just before, which decide about spaces. */
export type Detokenize<Token> = (tokens: readonly Token[], before: readonly Token[]) => string;

/** What the beginning of a character looks like until its last byte has come: at most three of these. */
const maybeIncomplete = /\uFFFD{1,3}$/;
/** Tokens are decoded together until they end at a character's end; a model that never gets there is cut off. */
const maxPendingTokens = 64;
const contextTokens = 8;

/**
 * Decodes a stream of tokens. A character may be spread over several tokens, and a token may end in the middle of one:
 * what is certain is shown at once, the rest when its last byte has come.
 */
export class TextDecoder<Token> {
  readonly #detokenize: Detokenize<Token>;
  #before: readonly Token[];
  #pending: Token[] = [];
  /** How much of the pending tokens' text has been shown. */
  #shownCharacters = 0;

  constructor(detokenize: Detokenize<Token>, promptTokens: readonly Token[]) {
    this.#detokenize = detokenize;
    this.#before = promptTokens.slice(-contextTokens);
  }

  /** The text that is certain now; may be empty. */
  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#detokenize(this.#pending, this.#before);
    const certain = text.replace(maybeIncomplete, "");
    if (certain.length === text.length || this.#pending.length >= maxPendingTokens) return this.#settle(text);
    const news = certain.slice(this.#shownCharacters);
    this.#shownCharacters = Math.max(this.#shownCharacters, certain.length);
    return news;
  }

  /** What is left at the end, with replacement characters for a broken one. */
  flush(): string {
    return this.#pending.length === 0 ? "" : this.#settle(this.#detokenize(this.#pending, this.#before));
  }

  #settle(text: string): string {
    const news = text.slice(this.#shownCharacters);
    this.#before = [...this.#before, ...this.#pending].slice(-contextTokens);
    this.#pending = [];
    this.#shownCharacters = 0;
    return news;
  }
}
