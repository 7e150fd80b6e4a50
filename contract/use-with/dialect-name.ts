import type { ToolDialect } from "./outside-tool.ts";

/** What each dialect is called where it comes from: names, which are not translated. */
export const dialectNames: Readonly<Record<ToolDialect, string>> = {
  "openai-chat": "OpenAI Chat Completions",
  "openai-responses": "OpenAI Responses",
  "anthropic-messages": "Anthropic Messages",
};
