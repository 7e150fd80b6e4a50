type TextPart = { readonly type: "text"; readonly text: string };
type ImagePart = {
  readonly type: "image_url";
  readonly image_url: { readonly url: string; readonly detail?: "low" | "high" };
};
export type ContentPart = TextPart | ImagePart;

/** A message as OpenAI's chat completions take it. */
export type ChatMessage =
  | { readonly role: "system"; readonly content: string }
  | { readonly role: "user"; readonly content: string | readonly ContentPart[] }
  | { readonly role: "tool"; readonly tool_call_id: string; readonly content: string }
  | {
      readonly role: "assistant";
      readonly content: string | null;
      readonly reasoning_content?: string;
      readonly tool_calls?: readonly ChatCall[];
    };

export interface ChatCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** Older servers read plain text only: one text is said so. */
export const userMessage = (parts: readonly ContentPart[]): ChatMessage => {
  const [first] = parts;
  return { role: "user", content: parts.length === 1 && first?.type === "text" ? first.text : parts };
};
