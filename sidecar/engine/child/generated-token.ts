import type { Token } from "node-llama-cpp";

/** A token that the model could have said, with the natural logarithm of its probability. */
export interface TokenProbability {
  readonly id: Token;
  /** Its text in UTF-8. A character may be spread over several tokens, so this need not be a whole one. */
  readonly bytes: Uint8Array;
  /** Of the model itself, before penalties, temperature and the other sampling options change it. */
  readonly logprob: number;
}

/** One step of an answer. The token that ends an answer is not part of it. */
export interface GeneratedToken {
  readonly id: Token;
  /** As above. Empty for control tokens. */
  readonly bytes: Uint8Array;
  /** Present when log-probabilities were asked for. */
  readonly logprob?: number;
  /** The most probable tokens at this place, best first, as many as were asked for. */
  readonly alternatives?: readonly TokenProbability[];
}

/** What became certain since the last piece. */
export interface GeneratedPiece {
  /**
   * May lag behind the tokens, or be empty: text is held back while a character is incomplete, or while it could be the
   * beginning of a stop text.
   */
  readonly text: string;
  readonly tokens: readonly GeneratedToken[];
}
