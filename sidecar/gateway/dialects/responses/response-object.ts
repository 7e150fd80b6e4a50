import { randomUUID } from "node:crypto";
import type { Usage } from "../../../../contract/openai/chat.ts";
import type { ResponsesRequest } from "../../../../contract/responses/request.ts";

export const newId = (prefix: "resp" | "msg" | "rs" | "fc" | "call"): string =>
  `${prefix}_${randomUUID().replaceAll("-", "")}`;

/** What of a response is known from its request. Where nothing was asked the place has its own way, which is not known here. */
export function responseHead(request: ResponsesRequest): object {
  const { text, reasoning, tools, tool_choice: choice } = request;
  return {
    id: newId("resp"),
    object: "response",
    created_at: seconds(),
    background: false,
    error: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: null,
    metadata: request.metadata ?? {},
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    safety_identifier: request.safety_identifier ?? null,
    service_tier: "default",
    store: false,
    temperature: request.temperature ?? null,
    text: { format: text?.format ?? { type: "text" } },
    tool_choice: choice ?? "auto",
    tools: tools ?? [],
    top_logprobs: 0,
    top_p: request.top_p ?? null,
    truncation: "disabled",
    user: request.user ?? null,
  };
}

/** Why an answer is not whole; null where it is. */
export function incompleteReason(finishReason: string | null): "max_output_tokens" | "content_filter" | null {
  if (finishReason === "length") return "max_output_tokens";
  return finishReason === "content_filter" ? "content_filter" : null;
}

/** The counts of an answer, in tokens; null where the place does not count. */
export function toUsage(usage: Usage | null | undefined): object | null {
  if (usage === null || usage === undefined) return null;
  return {
    input_tokens: usage.prompt_tokens,
    input_tokens_details: { cached_tokens: usage.prompt_tokens_details?.cached_tokens ?? 0, cache_write_tokens: 0 },
    output_tokens: usage.completion_tokens,
    output_tokens_details: { reasoning_tokens: usage.completion_tokens_details?.reasoning_tokens ?? 0 },
    total_tokens: usage.total_tokens,
  };
}

/** Of the wall clock, as this dialect has it. */
export const seconds = (): number => Math.floor(Date.now() / 1000);
