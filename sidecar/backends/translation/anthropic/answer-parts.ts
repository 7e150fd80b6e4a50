import { randomUUID } from "node:crypto";
import type { AnthropicUsage } from "../../../../contract/anthropic/answer.ts";

/** What the answers of one request have in common. */
export interface AskedAnswer {
  /** Who answers, for errors. */
  readonly backend: string;
  /** What the server calls the model. */
  readonly model: string;
  readonly wantsUsage: boolean;
}

/** What stands at the beginning of each answer, and of each chunk of one. */
export const answerHead = (object: "chat.completion" | "chat.completion.chunk", model: string): object => ({
  id: `chatcmpl-${randomUUID().replaceAll("-", "")}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model,
});

const finishReasons: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  tool_use: "tool_calls",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  refusal: "content_filter",
};

/** Why an answer stops; `stop_reason` beside it says which stop text did, as vLLM does. */
export function finishFields(reason: string | null | undefined, sequence: string | null | undefined): object {
  const known = reason !== null && reason !== undefined && Object.hasOwn(finishReasons, reason);
  return {
    finish_reason: known ? finishReasons[reason] : "stop",
    ...(reason === "stop_sequence" && sequence != null ? { stop_reason: sequence } : {}),
  };
}

/** Counts in tokens. What was read from memory, or written into it, is part of the prompt in OpenAI's dialect. */
export function toUsage(usage: AnthropicUsage): object {
  const cached = usage.cache_read_input_tokens ?? 0;
  const prompt = (usage.input_tokens ?? 0) + cached + (usage.cache_creation_input_tokens ?? 0);
  const completion = usage.output_tokens ?? 0;
  const thinking = usage.output_tokens_details?.thinking_tokens;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
    ...(thinking == null ? {} : { completion_tokens_details: { reasoning_tokens: thinking } }),
  };
}

/** A thought with what its maker knows it by; undefined where it has no such mark, and could not be given back. */
export function signedThought(thinking: string, signature: string | null | undefined): object | undefined {
  return (signature ?? "") === "" ? undefined : { type: "thinking", thinking, signature };
}
