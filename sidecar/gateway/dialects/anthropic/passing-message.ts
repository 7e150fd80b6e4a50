import { type AnthropicUsage, messageEventSchema } from "../../../../contract/anthropic/answer.ts";
import type { AnswerReader } from "../../../router/original-request.ts";
import { SseReader } from "../../../router/sse-reader.ts";
import type { Usage } from "../../../router/usage-tail.ts";

/** Follows a streamed message on its way to a client of this dialect. Only the events around its content are parsed. */
class PassingEvents implements AnswerReader {
  readonly #reader = new SseReader();
  #usage: AnthropicUsage | null = null;
  #isLost = false;
  isWhole = false;

  push(bytes: Buffer): void {
    if (this.#isLost) return;
    try {
      for (const data of this.#reader.push(bytes)) if (data.includes('"message_')) this.#event(data);
    } catch {
      // What cannot be read cannot be known to be whole either.
      this.#isLost = true;
      this.isWhole = false;
    }
  }

  read(): Usage | null {
    return this.#usage === null ? null : countsOf(this.#usage);
  }

  #event(data: string): void {
    const { data: event } = messageEventSchema.safeParse(JSON.parse(data));
    if (event?.type === "message_stop") this.isWhole = true;
    const told =
      event?.type === "message_start" ? event.message.usage : event?.type === "message_delta" ? event.usage : null;
    if (told == null) return;
    // The end counts the whole; what it leaves out counts as it was at the start.
    const given = Object.entries(told).filter(([, value]) => value != null);
    this.#usage = { ...this.#usage, ...Object.fromEntries(given) };
  }
}

/** Behind the content, counts and all fields after them take no more, in characters. */
const tailCharacters = 8192;

/** Follows an answer in one piece, whose length says whether all of it was there. */
class PassingMessage implements AnswerReader {
  readonly isWhole = true;
  #tail = "";

  push(bytes: Buffer): void {
    this.#tail = (this.#tail + bytes.subarray(-tailCharacters).toString("latin1")).slice(-tailCharacters);
  }

  read(): Usage | null {
    const at = this.#tail.lastIndexOf('"usage"');
    if (at < 0) return null;
    const count = (name: string): number | null => {
      // No honest count is longer than nine digits.
      const found = new RegExp(`"${name}"\\s*:\\s*(\\d{1,9})(?!\\d)`).exec(this.#tail.slice(at))?.[1];
      return found === undefined ? null : Number(found);
    };
    const input_tokens = count("input_tokens");
    if (input_tokens === null) return null;
    return countsOf({
      input_tokens,
      cache_read_input_tokens: count("cache_read_input_tokens"),
      cache_creation_input_tokens: count("cache_creation_input_tokens"),
      output_tokens: count("output_tokens"),
    });
  }
}

/** What was read from memory, or written into it, is part of the prompt. */
function countsOf(usage: AnthropicUsage): Usage {
  const cachedTokens = usage.cache_read_input_tokens ?? null;
  const promptTokens = (usage.input_tokens ?? 0) + (cachedTokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  return { promptTokens, cachedTokens, completionTokens: usage.output_tokens ?? 0 };
}

/** Follows an answer of this dialect that passes untouched. */
export const readPassing = (isStream: boolean): AnswerReader => (isStream ? new PassingEvents() : new PassingMessage());

/** Headers of this dialect that go with a request to a place that speaks it. */
export const nativeHeaders = ["anthropic-version", "anthropic-beta"] as const;
