import type { ContextUse } from "../../../contract/webview/chat-composer.ts";
import type { Clock } from "../../platform/clock.ts";
import { Emitter } from "../../platform/emitter.ts";
import type { Translate } from "../../platform/translate.ts";
import { questionContent } from "../question-content.ts";
import type { AskedPlace } from "./asked-place.ts";
import type { Attachment } from "./attachment.ts";
import { cutWords } from "./cut-words.ts";
import { judgePrompt } from "./judge-prompt.ts";
import type { PromptParts } from "./prompt-parts.ts";
import type { TokenCount, TokenCounts } from "./token-counts.ts";

/** What is counted: the conversation, what is attached and what is being written. */
export interface ContextInput {
  readonly place: AskedPlace;
  readonly parts: PromptParts;
  readonly answerTokens: number;
}

export interface ContextMeterOptions {
  readonly counts: Pick<TokenCounts, "count">;
  /** The state to count now; null while there is nobody to ask, or an answer is being written. */
  readonly read: () => ContextInput | null;
  readonly clock: Clock;
  readonly t: Translate;
}

/** Changes come in bursts: a count every so often, in milliseconds, is as much as anybody reads. */
const pauseMs = 250;

/** How full the context would be, counted anew some time after something has changed. A newer count ends an older one. */
export class ContextMeter {
  readonly #options: ContextMeterOptions;
  readonly #didChange = new Emitter<void>();
  readonly #ended = new AbortController();
  #counting: AbortController | undefined;
  #isDue = false;
  #use: ContextUse | null = null;
  #attached = new Map<string, TokenCount>();

  readonly onDidChange = this.#didChange.event;

  constructor(options: ContextMeterOptions) {
    this.#options = options;
  }

  /** Null until it has been counted. */
  get use(): ContextUse | null {
    return this.#use;
  }

  get isCounting(): boolean {
    return this.#counting !== undefined;
  }

  /** Tokens of one attachment, by its id; undefined until they have been counted, and for pictures. */
  countOf(attachmentId: string): TokenCount | undefined {
    return this.#attached.get(attachmentId);
  }

  /** Something may have changed. */
  update(): void {
    if (this.#isDue || this.#ended.signal.aborted) return;
    this.#isDue = true;
    this.#options.clock.wait(pauseMs, this.#ended.signal).then(
      () => {
        this.#isDue = false;
        void this.#count();
      },
      // The window closes.
      () => undefined,
    );
  }

  dispose(): void {
    this.#ended.abort();
    this.#counting?.abort();
  }

  async #count(): Promise<void> {
    const input = this.#options.read();
    if (input === null) return;
    this.#counting?.abort();
    const counting = new AbortController();
    this.#counting = counting;
    try {
      const attached = await this.#countAttached(input, counting.signal);
      const use = await this.#countWhole(input, counting.signal);
      if (counting.signal.aborted) return;
      const isSame = JSON.stringify([use, [...attached]]) === JSON.stringify([this.#use, [...this.#attached]]);
      this.#use = use;
      this.#attached = attached;
      if (!isSame) this.#didChange.fire();
    } catch (error) {
      // Counts themselves do not fail: a newer one has begun.
      if (!counting.signal.aborted) throw error;
    } finally {
      if (this.#counting === counting) this.#counting = undefined;
    }
  }

  async #countAttached({ place, parts }: ContextInput, signal: AbortSignal): Promise<Map<string, TokenCount>> {
    const { counts } = this.#options;
    const attached = new Map<string, TokenCount>();
    const tokensOf = (attachments: readonly Attachment[]): Promise<TokenCount> => {
      const content = questionContent({ text: "", attachments });
      return counts.count(place, [{ role: "user", content }], { signal, isSent: false });
    };
    const texts = parts.attachments.filter(({ image }) => image === null);
    const without = texts.length === 0 ? undefined : await tokensOf([]);
    for (const attachment of texts) {
      const { tokens, isExact } = await tokensOf([attachment]);
      attached.set(attachment.id, { tokens: Math.max(0, tokens - (without?.tokens ?? 0)), isExact });
    }
    return attached;
  }

  async #countWhole({ place, parts, answerTokens }: ContextInput, signal: AbortSignal): Promise<ContextUse> {
    const { counts, t } = this.#options;
    const { contextTokens, label } = place;
    const { count, plan } = await judgePrompt(parts, { place, answerTokens, counts, signal, isSent: false });
    const { isExact } = count;
    const words = cutWords(plan, { t, model: label, contextTokens, answerTokens, isExact });
    return {
      promptTokens: count.tokens,
      contextTokens,
      isExact,
      warning: words === undefined ? null : `${words.message}\n${words.summary}`,
    };
  }
}
