import * as z from "zod";
import { wireErrorSchema } from "../../contract/errors/mesh-error.ts";
import { finishReasonSchema } from "../../contract/openai/chat.ts";
import type { StreamedChatRequest } from "../../contract/rpc/chat.ts";
import { answerStateSchema } from "../../contract/webview/chat-turns.ts";
import { attachmentSchema } from "./attachments/attachment.ts";
import { modelChoiceSchema } from "./model-choice.ts";
import { questionContent } from "./question-content.ts";

const questionSchema = z.object({
  id: z.string(),
  role: z.literal("user"),
  text: z.string(),
  attachments: z.array(attachmentSchema).default([]),
});
const answerSchema = z.object({
  id: z.string(),
  role: z.literal("assistant"),
  text: z.string(),
  state: answerStateSchema,
  /** The model's id, and what people call it. */
  model: z.string(),
  modelName: z.string(),
  finishReason: finishReasonSchema.nullable(),
  /** Null when the backend did not report them, or the answer did not come to its end. */
  completionTokens: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number().nullable(),
  error: wireErrorSchema.nullable(),
  /** How many of the busy model's requests go before it, and itself; null while it does not wait for its turn. */
  queuePosition: z.number().nullable().default(null),
});
export type Answer = z.infer<typeof answerSchema>;
export type Question = z.infer<typeof questionSchema>;

/** A conversation as it is kept between windows. */
export const conversationSchema = z.object({
  choice: modelChoiceSchema.nullable().default(null),
  turns: z.array(z.discriminatedUnion("role", [questionSchema, answerSchema])),
});
export type Conversation = z.infer<typeof conversationSchema>;

export const emptyConversation: Conversation = { choice: null, turns: [] };

/** What is kept of a conversation at most, in characters; the oldest turns go first. */
const maxKeptCharacters = 400_000;

/** Reads what an earlier window has kept. Anything unknown is an empty conversation: nobody can repair it by hand. */
export function restoreConversation(stored: unknown): Conversation {
  const parsed = conversationSchema.safeParse(stored);
  if (!parsed.success) return emptyConversation;
  const turns = parsed.data.turns.map((turn) =>
    turn.role === "assistant" && isOpen(turn) ? { ...turn, state: "interrupted" as const } : turn,
  );
  return { ...parsed.data, turns };
}

/** The newest turns that fit, as they are kept. */
export function keptConversation(conversation: Conversation): Conversation {
  let characters = 0;
  const turns = conversation.turns.toReversed().filter((turn) => {
    characters += turn.text.length;
    return characters <= maxKeptCharacters;
  });
  return { ...conversation, turns: turns.toReversed() };
}

/** True while the answer is being written. */
export const isOpen = (turn: Pick<Answer, "state">): boolean => turn.state === "waiting" || turn.state === "streaming";

export const newAnswer = (id: string): Answer => ({
  id,
  role: "assistant",
  text: "",
  state: "waiting",
  model: "",
  modelName: "",
  finishReason: null,
  completionTokens: null,
  firstTokenMs: null,
  totalMs: null,
  error: null,
  queuePosition: null,
});

/**
 * The messages that put a conversation to a model. A question whose answer failed without a word is left out together
 * with it, unless it is the last: templates demand that roles take turns.
 */
export function toMessages(turns: Conversation["turns"], instructions: string): StreamedChatRequest["messages"] {
  const messages: StreamedChatRequest["messages"] = [];
  if (instructions.trim() !== "") messages.push({ role: "system", content: instructions });
  for (const [index, turn] of turns.entries()) {
    const next = turns[index + 1];
    const isUnanswered = turn.role === "user" && next?.role === "assistant" && next.text === "" && !isOpen(next);
    if (isUnanswered || (turn.role === "assistant" && turn.text === "")) continue;
    messages.push({ role: turn.role, content: turn.role === "user" ? questionContent(turn) : turn.text });
  }
  return messages;
}
