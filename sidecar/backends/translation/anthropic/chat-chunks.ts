import {
  type AnswerBlock,
  type AnthropicUsage,
  type BlockDelta,
  type MessageEvent,
  messageEventSchema,
} from "../../../../contract/anthropic/answer.ts";
import { type AnswerTranslation, unusableAnswer } from "../answer-translation.ts";
import { type AskedAnswer, answerHead, finishFields, signedThought, toUsage } from "./answer-parts.ts";
import { streamError } from "./stream-error.ts";
import { toChatCompletion } from "./whole-answer.ts";

/** The block that is being written, with what is known of it only at its end. */
type OpenBlock =
  | { readonly type: "text" | "redacted_thinking" }
  | { readonly type: "thinking"; thinking: string; signature: string }
  | { readonly type: "tool_use"; readonly call: number; readonly input: object; hasArguments: boolean };

/** No honest thought is longer, in characters: it is kept until its signature. */
const maxThoughtCharacters = 4 * 1024 * 1024;

/** Events that a dialect's next version may add say nothing that is needed; what is inside of known ones may not be lost. */
const knownEvents: ReadonlySet<unknown> = new Set(messageEventSchema.options.map(({ shape }) => shape.type.value));

/** Puts a message's answer, whole or event by event, into OpenAI's words. Of texts it keeps thoughts alone, until their signature. */
export class ChatChunks implements AnswerTranslation {
  readonly #asked: AskedAnswer;
  #head: object;
  #hasRole = false;
  #index: number | undefined;
  #open: OpenBlock | undefined;
  #calls = 0;
  #usage: AnthropicUsage = {};
  #end: object | undefined;
  #isComplete = false;

  constructor(asked: AskedAnswer) {
    this.#asked = asked;
    this.#head = answerHead("chat.completion.chunk", asked.model);
  }

  whole(text: string): object {
    return toChatCompletion(text, this.#asked);
  }

  event(data: string): readonly object[] {
    const event = this.#read(data);
    if (event === undefined) return [];
    if (this.#isComplete) throw this.#unusable("something follows its end");
    switch (event.type) {
      case "message_start":
        this.#head = { ...this.#head, ...(event.message.model == null ? {} : { model: event.message.model }) };
        this.#count(event.message.usage);
        return [];
      case "content_block_start":
        return this.#begin(event.index, event.content_block);
      case "content_block_delta":
        return this.#continue(event.index, event.delta);
      case "content_block_stop":
        return this.#close(event.index);
      case "message_delta":
        this.#count(event.usage);
        if (event.delta.stop_reason != null) {
          this.#end = finishFields(event.delta.stop_reason, event.delta.stop_sequence);
        }
        return [];
      case "message_stop":
        if (this.#open !== undefined) throw this.#unusable("it ends in the middle of a block");
        this.#isComplete = true;
        return [];
      case "error":
        throw streamError(event.error.type, this.#asked);
    }
  }

  finish(): readonly object[] | undefined {
    if (!this.#isComplete) return undefined;
    const usage = toUsage(this.#usage);
    const finish = { index: 0, delta: {}, ...(this.#end ?? finishFields(null, null)) };
    const last = { ...this.#head, choices: [finish] };
    // Whoever has not asked for a chunk of counts alone may not know such chunks; the router counts by them all the same.
    if (!this.#asked.wantsUsage) return [...this.#role(), { ...last, usage }];
    return [...this.#role(), last, { ...this.#head, choices: [], usage }];
  }

  #read(data: string): MessageEvent | undefined {
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      throw this.#unusable("an event is no JSON");
    }
    const parsed = messageEventSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    const type = typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
    if (typeof type === "string" && !knownEvents.has(type)) return undefined;
    throw this.#unusable("an event is not what this API says");
  }

  #begin(index: number, block: AnswerBlock): readonly object[] {
    if (this.#open !== undefined) throw this.#unusable("blocks are mixed");
    this.#index = index;
    switch (block.type) {
      case "text":
        this.#open = { type: "text" };
        return block.text === "" ? this.#role() : this.#chunk({ content: block.text });
      case "thinking":
        this.#open = { type: "thinking", thinking: block.thinking, signature: block.signature ?? "" };
        return block.thinking === "" ? this.#role() : this.#chunk({ reasoning_content: block.thinking });
      case "redacted_thinking":
        this.#open = { type: "redacted_thinking" };
        return this.#chunk({ thinking_blocks: [block] });
      case "tool_use": {
        const { id, name, input } = block;
        const call = this.#calls++;
        this.#open = { type: "tool_use", call, input: input ?? {}, hasArguments: false };
        return this.#chunk({ tool_calls: [{ index: call, id, type: "function", function: { name, arguments: "" } }] });
      }
    }
  }

  #continue(index: number, delta: BlockDelta): readonly object[] {
    const open = this.#open;
    if (index !== this.#index) throw this.#unusable("blocks are mixed");
    if (delta.type === "text_delta" && open?.type === "text") return this.#chunk({ content: delta.text });
    if (delta.type === "citations_delta" && open?.type === "text") return [];
    if (delta.type === "thinking_delta" && open?.type === "thinking") {
      open.thinking += delta.thinking;
      this.#checkSize(open.thinking);
      return this.#chunk({ reasoning_content: delta.thinking });
    }
    if (delta.type === "signature_delta" && open?.type === "thinking") {
      open.signature += delta.signature;
      this.#checkSize(open.signature);
      return [];
    }
    if (delta.type === "input_json_delta" && open?.type === "tool_use") {
      if (delta.partial_json === "") return [];
      open.hasArguments = true;
      return this.#arguments(open.call, delta.partial_json);
    }
    throw this.#unusable("a piece belongs to another kind of block");
  }

  #close(index: number): readonly object[] {
    const open = this.#open;
    if (open === undefined || index !== this.#index) throw this.#unusable("blocks are mixed");
    this.#open = undefined;
    if (open.type === "tool_use" && !open.hasArguments) return this.#arguments(open.call, JSON.stringify(open.input));
    if (open.type !== "thinking") return [];
    const signed = signedThought(open.thinking, open.signature);
    return signed === undefined ? [] : this.#chunk({ thinking_blocks: [signed] });
  }

  #arguments(call: number, text: string): readonly object[] {
    return this.#chunk({ tool_calls: [{ index: call, function: { arguments: text } }] });
  }

  /** The role stands in the first chunk. */
  #chunk(delta: object): readonly object[] {
    const whole = this.#hasRole ? delta : { role: "assistant", ...delta };
    this.#hasRole = true;
    return [{ ...this.#head, choices: [{ index: 0, delta: whole, finish_reason: null }] }];
  }

  #role(): readonly object[] {
    return this.#hasRole ? [] : this.#chunk({ content: "" });
  }

  #checkSize({ length }: string): void {
    if (length > maxThoughtCharacters) throw this.#unusable("a thought is too large");
  }

  /** Counts of the end are of the whole; what they leave out counts as it was at the start. */
  #count(usage: AnthropicUsage | null | undefined): void {
    const told = Object.entries(usage ?? {}).filter(([, value]) => value != null);
    this.#usage = { ...this.#usage, ...Object.fromEntries(told) };
  }

  #unusable(problem: string) {
    return unusableAnswer(this.#asked.backend, problem);
  }
}
