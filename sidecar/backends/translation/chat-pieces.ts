import { randomUUID } from "node:crypto";
import type { Usage } from "../../../contract/openai/chat.ts";

/** What of a request its answer depends on. */
export interface AskedChat {
  readonly model: string;
  /** Whether a stream ends with its counts. */
  readonly includeUsage: boolean;
}

/** How one of the answers ended. */
export interface ChatEnding {
  readonly reason: string;
  readonly usage: Usage;
}

/** The objects that a chat completion of OpenAI's is made of, whole or streamed, with one head for all. */
export class ChatPieces {
  readonly #asked: AskedChat;
  readonly #id = `chatcmpl-${randomUUID()}`;
  readonly #created = Math.floor(Date.now() / 1000);
  readonly #begun = new Set<number>();

  constructor(asked: AskedChat) {
    this.#asked = asked;
  }

  /** For a call that came without one: it must be told from those of other answers in a conversation. */
  callId(index: number): string {
    return `call_${this.#id.slice(9, 17)}_${index}`;
  }

  /** One answer in one piece. */
  completion(message: object, { reason, usage }: ChatEnding): object {
    return this.completions([{ message, reason }], usage);
  }

  /** Several, in the order of their numbers. */
  completions(choices: readonly { readonly message: object; readonly reason: string }[], usage: Usage): object {
    return {
      ...this.#head("chat.completion"),
      choices: choices.map(({ message, reason }, index) => ({
        index,
        message: { role: "assistant", ...message },
        logprobs: null,
        finish_reason: reason,
      })),
      usage,
    };
  }

  /** A piece of a streamed answer; the first one says whose it is. */
  chunk(delta: object, index = 0): object {
    const isFirst = !this.#begun.has(index);
    this.#begun.add(index);
    return this.#event({ index, delta: isFirst ? { role: "assistant", ...delta } : delta, finish_reason: null });
  }

  /** The last chunks of a stream with one answer. */
  ending(reason: string, usage: Usage): object[] {
    return [this.closing(reason, 0), ...this.counts(usage)];
  }

  /** Says why an answer of a stream has ended. */
  closing(reason: string, index: number): object {
    return this.#event({ index, delta: {}, finish_reason: reason });
  }

  /** The chunk with the counts, where it was asked for. */
  counts(usage: Usage): object[] {
    return this.#asked.includeUsage ? [{ ...this.#head("chat.completion.chunk"), choices: [], usage }] : [];
  }

  #event(choice: object): object {
    return { ...this.#head("chat.completion.chunk"), choices: [choice] };
  }

  #head(kind: string): object {
    return { id: this.#id, object: kind, created: this.#created, model: this.#asked.model };
  }
}
