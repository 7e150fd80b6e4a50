/** How hard a model may be asked to think, in the words of chat completions. */
export type ThinkingEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh";

/**
 * Whether to think, as chat completions say it. `reasoning_effort` is the one word for it that OpenAI, Ollama, Gemini's and
 * Anthropic's translations and our engine understand, and vLLM and llama-server since 2026; `chat_template_kwargs` is
 * known to the last three alone, goes by other names in other templates, and is refused by OpenAI. `medium` is where models
 * with degrees start from. Undefined leaves it to the model.
 */
export function thinkingEffort<E extends ThinkingEffort>(
  wish: boolean | E | null | undefined,
): E | "none" | "medium" | undefined {
  if (typeof wish === "boolean") return wish ? "medium" : "none";
  return wish ?? undefined;
}
