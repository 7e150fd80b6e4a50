import type { TranslatableCall, TranslatableMessage } from "../../../../contract/openai/translatable-chat.ts";
import { invalidField } from "../../../platform/parse-body.ts";
import { inlineImage, plainText, readArguments, thoughtsOf } from "../message-parts.ts";

/** A call has its arguments as an object here. */
interface OllamaCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: object };
}

export interface OllamaMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly thinking?: string;
  /** Base64 without the head of a data URL. */
  readonly images?: readonly string[];
  readonly tool_calls?: readonly OllamaCall[];
  readonly tool_name?: string;
  readonly tool_call_id?: string;
}

type Of<Role> = Extract<TranslatableMessage, { role: Role }>;

/**
 * A conversation in Ollama's words: one message for each, in their order.
 *
 * @throws MeshError `invalid_field`, `unsupported_field`
 */
export function toOllamaMessages(messages: readonly TranslatableMessage[]): OllamaMessage[] {
  const names = new Map<string, string>();
  return messages.map((message, index) => toMessage(message, names, `messages.${index}`));
}

/** `names`: of the functions that were called before, by the calls' ids. */
function toMessage(message: TranslatableMessage, names: Map<string, string>, field: string): OllamaMessage {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", content: plainText(message.content) };
    case "user":
      return userMessage(message, field);
    case "assistant":
      for (const call of message.tool_calls ?? []) names.set(call.id, call.function.name);
      return assistantMessage(message, field);
    case "tool":
      return toolMessage(message, names, field);
  }
}

function userMessage({ content }: Of<"user">, field: string): OllamaMessage {
  if (typeof content === "string") return { role: "user", content };
  const images = content.flatMap((part, index) =>
    part.type === "image_url" ? [inlineImage(part.image_url, `${field}.content.${index}.image_url`).data] : [],
  );
  const texts = content.filter((part) => part.type === "text");
  return { role: "user", content: plainText(texts), ...(images.length === 0 ? {} : { images }) };
}

function assistantMessage(message: Of<"assistant">, field: string): OllamaMessage {
  const { content, tool_calls: calls } = message;
  const thinking = thoughtsOf(message);
  return {
    role: "assistant",
    content: plainText(content ?? ""),
    ...(thinking === "" ? {} : { thinking }),
    ...(calls?.length ? { tool_calls: calls.map((call, index) => toCall(call, `${field}.tool_calls.${index}`)) } : {}),
  };
}

function toCall({ id, function: called }: TranslatableCall, field: string): OllamaCall {
  return { id, function: { name: called.name, arguments: readArguments(called.arguments, field) } };
}

function toolMessage(message: Of<"tool">, names: ReadonlyMap<string, string>, field: string): OllamaMessage {
  const { tool_call_id: id, content } = message;
  const name = names.get(id);
  if (name === undefined) throw invalidField(`${field}.tool_call_id`, "no call before it has this id");
  return { role: "tool", content: plainText(content), tool_name: name, tool_call_id: id };
}
