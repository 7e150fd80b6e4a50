import type { StreamedChatRequest } from "../../contract/rpc/chat.ts";
import type { ChatParameters } from "../../contract/webview/chat-composer.ts";

/** A conversation's parameters as fields of a request; what it leaves to the model is left out. */
export function requestFields(parameters: ChatParameters): Partial<StreamedChatRequest> {
  const fields = {
    temperature: parameters.temperature,
    top_p: parameters.topP,
    max_tokens: parameters.maxTokens,
    seed: parameters.seed,
    reasoning_effort: parameters.reasoningEffort,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
