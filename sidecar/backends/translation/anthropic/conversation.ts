import type { TranslatableMessage } from "../../../../contract/openai/translatable-chat.ts";
import { invalidField } from "../../../platform/parse-body.ts";
import { unsupportedValue } from "../refuse-fields.ts";
import { assistantBlocks, type Block, textBlocks, toolResult, userBlocks } from "./message-blocks.ts";

export interface Turn {
  readonly role: "user" | "assistant";
  readonly content: Block[];
}

export interface Conversation {
  /** What the system says before the first turn; empty where it says nothing. */
  readonly system: readonly Block[];
  readonly messages: readonly Turn[];
}

/**
 * A conversation as the Messages API takes it. The results of one turn's calls are one message there, and so is what the
 * person says right behind them.
 *
 * @throws MeshError `invalid_field`, `unsupported_field`
 */
export function toConversation(messages: readonly TranslatableMessage[]): Conversation {
  const system: Block[] = [];
  const turns: Turn[] = [];
  let isResults = false;
  for (const [index, message] of messages.entries()) {
    const field = `messages.${index}`;
    if (message.role === "system" || message.role === "developer") {
      // Only newer models take the system's words amid a conversation, and moving them would change what they mean.
      if (turns.length > 0) throw unsupportedValue(`${field}.role`, "the system can only speak first");
      system.push(...textBlocks(message.content));
      continue;
    }
    const turn = toTurn(message, field);
    if (isResults && turn.role === "user") turns.at(-1)?.content.push(...turn.content);
    else turns.push(turn);
    isResults = message.role === "tool";
  }
  const last = messages.length - 1;
  if (turns.length === 0) throw invalidField("messages", "somebody besides the system has to speak");
  if (turns.at(-1)?.role === "assistant") {
    throw unsupportedValue(`messages.${last}.role`, "an answer that has begun would be continued, and not answered");
  }
  return { system, messages: turns };
}

function toTurn(message: Exclude<TranslatableMessage, { role: "system" | "developer" }>, field: string): Turn {
  if (message.role === "assistant") return { role: "assistant", content: assistantBlocks(message, field) };
  if (message.role === "tool") return { role: "user", content: [toolResult(message)] };
  const content = userBlocks(message, `${field}.content`);
  if (content.length === 0) throw invalidField(`${field}.content`, "it is empty");
  return { role: "user", content };
}
