import { createHash } from "node:crypto";
import type { AskedPlace } from "./asked-place.ts";
import type { PromptMessage } from "./prompt-parts.ts";

export interface TokenCount {
  readonly tokens: number;
  /** By the model's own tokenizer; otherwise it is estimated. */
  readonly isExact: boolean;
}

export interface TokenCountsOptions {
  /** Asks the model's place. Rejects where it cannot count. */
  readonly ask: (place: AskedPlace, messages: readonly PromptMessage[], signal: AbortSignal) => Promise<number>;
}

export interface CountOptions {
  readonly signal: AbortSignal;
  /**
   * The person has sent the question: its place may be asked wherever it is, and loaded for it. What is still being written
   * is counted on this machine alone, by models that are in memory.
   */
  readonly isSent: boolean;
}

/** Conversations grow by their ends, and each length is asked for again and again. */
const maxRemembered = 2_000;
/** Whoever has no tokenizer must not guess too low. */
const bytesPerToken = 3;
/** What templates put around a message. */
const tokensPerMessage = 6;
/** Models count pictures by their size, and differently: about this for a picture of ordinary size. */
const tokensPerImage = 1_000;

/** Counts messages as the model would get them. Each text is asked for once for each model. */
export class TokenCounts {
  readonly #ask: TokenCountsOptions["ask"];
  readonly #counts = new Map<string, number>();

  constructor({ ask }: TokenCountsOptions) {
    this.#ask = ask;
  }

  /** Never fails but by the signal: a question must not fail because its length is not known. */
  async count(place: AskedPlace, messages: readonly PromptMessage[], options: CountOptions): Promise<TokenCount> {
    const images = messages.reduce((sum, message) => sum + imageCount(message), 0);
    const texts = messages.map(withoutImages);
    const exact = await this.#exact(place, texts, options);
    if (exact === undefined) return { tokens: estimate(texts) + images * tokensPerImage, isExact: false };
    return { tokens: exact + images * tokensPerImage, isExact: images === 0 };
  }

  async #exact(place: AskedPlace, messages: PromptMessage[], options: CountOptions): Promise<number | undefined> {
    const key = createHash("sha256")
      .update(JSON.stringify([place.model, place.wishes, messages]))
      .digest("base64");
    const remembered = this.#counts.get(key);
    if (remembered !== undefined) return remembered;
    if (place.isAnyModel || (!place.countsHere && !options.isSent)) return undefined;
    let tokens: number;
    try {
      tokens = await this.#ask(place, messages, options.signal);
    } catch {
      options.signal.throwIfAborted();
      // Many servers cannot count. Whatever else is wrong, the question itself says it better.
      return undefined;
    }
    const oldest = this.#counts.size >= maxRemembered ? this.#counts.keys().next().value : undefined;
    if (oldest !== undefined) this.#counts.delete(oldest);
    this.#counts.set(key, tokens);
    return tokens;
  }
}

const imageCount = ({ content }: PromptMessage): number =>
  Array.isArray(content) ? content.filter(({ type }) => type === "image_url").length : 0;

/** Tokenizers are asked for text. */
function withoutImages(message: PromptMessage): PromptMessage {
  const { content } = message;
  if (!Array.isArray(content)) return message;
  return { ...message, content: content.flatMap((part) => (part.type === "text" ? part.text : [])).join("\n\n") };
}

function estimate(messages: readonly PromptMessage[]): number {
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(String(content ?? "")), 0);
  return Math.ceil(bytes / bytesPerToken) + messages.length * tokensPerMessage;
}
