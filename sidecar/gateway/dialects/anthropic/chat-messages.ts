import type {
  AnthropicMessage,
  AssistantBlock,
  ImageBlock,
  TextContent,
  ToolResultBlock,
  UserBlock,
} from "../../../../contract/anthropic/blocks.ts";
import { invalidField } from "../../../platform/parse-body.ts";
import { type ChatCall, type ChatMessage, type ContentPart, userMessage } from "../chat-message.ts";

/**
 * A conversation in OpenAI's words. One message may become several: results of tools are messages of their own there.
 *
 * @throws MeshError `invalid_field` for an order of blocks that has no place there
 */
export function toChatMessages(
  system: TextContent | null | undefined,
  messages: readonly AnthropicMessage[],
): ChatMessage[] {
  const opening: ChatMessage[] = hasText(system) ? [{ role: "system", content: joinTexts(system) }] : [];
  return [...opening, ...messages.flatMap((message, index) => toMessages(message, `messages.${index}.content`))];
}

function toMessages(message: AnthropicMessage, field: string): ChatMessage[] {
  const { role, content } = message;
  if (role === "system") return [{ role, content: joinTexts(content) }];
  if (typeof content === "string") return [{ role, content }];
  if (content.length === 0) throw invalidField(field, "it is empty");
  return message.role === "user"
    ? userMessages(message.content as readonly UserBlock[])
    : [assistantMessage(message.content as readonly AssistantBlock[], field)];
}

/** In the order of the blocks: each result is a message, and so is what stands between results. */
function userMessages(blocks: readonly UserBlock[]): ChatMessage[] {
  const messages: ChatMessage[] = [];
  let parts: ContentPart[] = [];
  const flush = (): void => {
    if (parts.length > 0) messages.push(userMessage(parts));
    parts = [];
  };
  for (const block of blocks) {
    if (block.type === "tool_result") {
      flush();
      messages.push({ role: "tool", tool_call_id: block.tool_use_id, content: resultText(block) });
    } else parts.push(block.type === "text" ? { type: "text", text: block.text } : imagePart(block));
  }
  flush();
  return messages;
}

/** OpenAI has no mark for a call that failed; its text has to say so. */
function resultText({ content = "", is_error: isError }: ToolResultBlock): string {
  const text = joinTexts(content);
  return isError === true ? `Error: ${text}` : text;
}

function imagePart({ source }: ImageBlock): ContentPart {
  const url = source.type === "url" ? source.url : `data:${source.media_type};base64,${source.data}`;
  return { type: "image_url", image_url: { url } };
}

/** A message of the assistant's holds thoughts, text and calls there, in this order alone. */
const ranks: Readonly<Record<AssistantBlock["type"], number>> = { thinking: 0, text: 1, tool_use: 2 };

function assistantMessage(blocks: readonly AssistantBlock[], field: string): ChatMessage {
  const thoughts: string[] = [];
  const texts: string[] = [];
  const calls: ChatCall[] = [];
  let rank = 0;
  for (const [index, block] of blocks.entries()) {
    if (ranks[block.type] < rank) {
      throw invalidField(`${field}.${index}.type`, "thinking, text and calls can be translated in this order only");
    }
    rank = ranks[block.type];
    if (block.type === "thinking") thoughts.push(block.thinking);
    else if (block.type === "text") texts.push(block.text);
    else calls.push(toCall(block));
  }
  return {
    role: "assistant",
    content: texts.length === 0 ? null : texts.join(""),
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join("\n") }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

const toCall = ({ id, name, input }: Extract<AssistantBlock, { type: "tool_use" }>): ChatCall => ({
  id,
  type: "function",
  function: { name, arguments: JSON.stringify(input) },
});

const hasText = (content: TextContent | null | undefined): content is TextContent =>
  content !== null && content !== undefined && content.length > 0;

/** Blocks of a system are paragraphs: older servers take one text there. */
const joinTexts = (content: TextContent): string =>
  typeof content === "string" ? content : content.map(({ text }) => text).join("\n");
