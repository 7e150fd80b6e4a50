import type { StreamedChatRequest } from "../../contract/rpc/chat.ts";

type Message = StreamedChatRequest["messages"][number];
type MessagePart = Exclude<NonNullable<Message["content"]>, string>[number];
type ToolCalls = NonNullable<Message["tool_calls"]>;
export interface EditorMessage {
  readonly role: number;
  readonly content: readonly unknown[];
}

/** The editor's numbers; its own instructions come as 3, which its types do not name. */
const roles: Readonly<Record<number, "user" | "assistant" | "system">> = { 1: "user", 2: "assistant", 3: "system" };

/*
 * Parts are told apart by what they have: their classes are the editor's, and parts of kinds that only other versions know
 * come as plain objects.
 */
interface TextPart {
  readonly value: string;
}
interface CallPart {
  readonly callId: string;
  readonly name: string;
  readonly input: object;
}
interface ResultPart {
  readonly callId: string;
  readonly content: readonly unknown[];
}
interface DataPart {
  readonly mimeType: string;
  readonly data: Uint8Array;
}
const has = (part: unknown, key: string): boolean => typeof part === "object" && part !== null && key in part;
const isText = (part: unknown): part is TextPart => has(part, "value") && typeof (part as TextPart).value === "string";
const isCall = (part: unknown): part is CallPart => has(part, "callId") && has(part, "input");
const isResult = (part: unknown): part is ResultPart => has(part, "callId") && has(part, "content");
const isData = (part: unknown): part is DataPart =>
  has(part, "mimeType") && (part as DataPart).data instanceof Uint8Array;

/**
 * The editor's messages in OpenAI's words. One message of the editor may hold results of functions and a person's words: then
 * it is several here, the results first, since they belong to the call before. Parts of unknown kinds are left out.
 */
export function toMessages(messages: readonly EditorMessage[]): Message[] {
  return messages.flatMap((message) => {
    const role = roles[message.role] ?? "user";
    const results = message.content.filter(isResult).map(
      (part): Message => ({
        role: "tool",
        tool_call_id: part.callId,
        content: part.content.map(textOf).join(""),
      }),
    );
    const calls: ToolCalls = message.content.filter(isCall).map(({ callId, name, input }) => ({
      id: callId,
      type: "function",
      function: { name, arguments: JSON.stringify(input) },
    }));
    const content = contentOf(message.content);
    if (calls.length > 0) return [...results, { role, content: content === "" ? null : content, tool_calls: calls }];
    return content === "" ? results : [...results, { role, content }];
  });
}

/** All that a message says, as one text: for counting. */
export function messageText(message: EditorMessage): string {
  return message.content
    .map((part) => (isCall(part) ? `${part.name}${JSON.stringify(part.input)}` : textOf(part)))
    .join("");
}

/** Texts alone stay one text, which every server takes. */
function contentOf(parts: readonly unknown[]): string | MessagePart[] {
  const content = parts.flatMap((part): MessagePart[] => {
    if (isText(part)) return [{ type: "text", text: part.value }];
    if (!isData(part)) return [];
    if (!part.mimeType.startsWith("image/")) {
      const text = textOf(part);
      return text === "" ? [] : [{ type: "text", text }];
    }
    const url = `data:${part.mimeType};base64,${Buffer.from(part.data).toString("base64")}`;
    return [{ type: "image_url", image_url: { url } }];
  });
  const texts = content.filter((part) => part.type === "text").map((part) => part.text);
  return texts.length === content.length ? texts.join("") : content;
}

function textOf(part: unknown): string {
  if (isText(part)) return part.value;
  if (isResult(part)) return part.content.map(textOf).join("");
  if (isData(part)) return /^text\/|json$/.test(part.mimeType) ? Buffer.from(part.data).toString("utf8") : "";
  // A prompt's rendered elements, as other extensions hand them to tools.
  return has(part, "value") ? JSON.stringify((part as { value: unknown }).value) : "";
}
