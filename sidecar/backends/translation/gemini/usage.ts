import type { UsageMetadata } from "../../../../contract/gemini/answer.ts";
import type { Usage } from "../../../../contract/openai/chat.ts";

interface GeminiUsage extends Usage {
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
}

/** Thoughts are counted beside the answer there, and within it in OpenAI's dialect. */
export function toUsage(usage: UsageMetadata | undefined): GeminiUsage {
  const prompt = (usage?.promptTokenCount ?? 0) + (usage?.toolUsePromptTokenCount ?? 0);
  const thoughts = usage?.thoughtsTokenCount ?? 0;
  const completion = (usage?.candidatesTokenCount ?? 0) + thoughts;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: usage?.cachedContentTokenCount ?? 0 },
    completion_tokens_details: { reasoning_tokens: thoughts },
  };
}
