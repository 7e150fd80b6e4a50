import { createHash } from "node:crypto";
import type { OfferedModel } from "./offered-models.ts";

export interface TokenCounterOptions {
  /** Asks the model's place; undefined where nobody can be asked without loading the model. @throws MeshError */
  readonly countExactly: (model: string, text: string, signal: AbortSignal) => Promise<number> | undefined;
}

/** The editor counts each part of a prompt again and again while it makes it fit. */
const maxRemembered = 2000;
/** Whoever has no tokenizer must not guess too low: what does not fit is refused. */
const bytesPerToken = 3;

/** Counts tokens for the editor: exactly where the node has the model's tokenizer at hand, otherwise by an estimate. */
export class TokenCounter {
  readonly #options: TokenCounterOptions;
  readonly #counts = new Map<string, number>();

  constructor(options: TokenCounterOptions) {
    this.#options = options;
  }

  /** Never fails: a prompt must not fail because its length is not known. */
  async count(model: OfferedModel, text: string, signal: AbortSignal): Promise<number> {
    if (text === "") return 0;
    const key = `${model.model}\n${createHash("sha256").update(text).digest("base64")}`;
    const remembered = this.#counts.get(key);
    if (remembered !== undefined) return remembered;
    const exact = await this.#ask(model, text, signal);
    if (exact === undefined) return estimateTokens(text);
    const oldest = this.#counts.size >= maxRemembered ? this.#counts.keys().next().value : undefined;
    if (oldest !== undefined) this.#counts.delete(oldest);
    this.#counts.set(key, exact);
    return exact;
  }

  async #ask(model: OfferedModel, text: string, signal: AbortSignal): Promise<number | undefined> {
    try {
      return await this.#options.countExactly(model.model, text, signal);
    } catch {
      return undefined;
    }
  }
}

export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text, "utf8") / bytesPerToken);
