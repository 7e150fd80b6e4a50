import type { OllamaAnswer } from "../../../../contract/ollama/answer.ts";
import type { Usage } from "../../../../contract/openai/chat.ts";

/** What an answer has cost, as its last line says. */
export const toUsage = ({
  prompt_eval_count: prompt,
  eval_count: completion,
}: Pick<OllamaAnswer, "prompt_eval_count" | "eval_count">): Usage => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});
