import * as z from "zod";
import { wireErrorSchema } from "../../contract/errors/mesh-error.ts";
import { finishReasonSchema } from "../../contract/openai/chat.ts";
import type { StreamedChatRequest } from "../../contract/rpc/chat.ts";
import { conversationOptionsSchema, noParameters } from "../../contract/webview/chat-composer.ts";
import { answerStateSchema } from "../../contract/webview/chat-turns.ts";
import { attachmentSchema } from "./attachments/attachment.ts";
import { modelChoiceSchema } from "./model-choice.ts";
import { questionContent } from "./question-content.ts";

/** What a turn follows; null at the beginning of the conversation. Turns with the same one are siblings. */
const parentId = z.string().nullable();

const questionSchema = z.object({
  id: z.string(),
  parentId,
  role: z.literal("user"),
  text: z.string(),
  attachments: z.array(attachmentSchema),
  /** Earlier questions that do not go to the model with this one, nor their answers: a person has agreed to that. */
  leftOut: z.array(z.string()),
});

/** Where a part of an answer came from, as far as the node said so. */
const answerRouteSchema = z.object({
  /** As the node's request log names it. */
  requestId: z.string().nullable(),
  /** The backend that answered; null when none did. */
  backend: z.string().nullable(),
  model: z.string().nullable(),
});
export type AnswerRoute = z.infer<typeof answerRouteSchema>;

const answerSchema = z.object({
  id: z.string(),
  parentId,
  role: z.literal("assistant"),
  text: z.string(),
  /** What the model thought before it answered; "" when it did not, or does not tell. */
  reasoning: z.string(),
  state: answerStateSchema,
  /** The model's id, and what people call it. */
  model: z.string(),
  modelName: z.string(),
  finishReason: finishReasonSchema.nullable(),
  /** Null when the backend did not report them, or the answer did not come to its end. */
  completionTokens: z.number().nullable(),
  promptTokens: z.number().nullable(),
  /** How much of the prompt was still in the model's memory. */
  cachedTokens: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number().nullable(),
  error: wireErrorSchema.nullable(),
  /** How many of the busy model's requests go before it, and itself; null while it does not wait for its turn. */
  queuePosition: z.number().nullable(),
  /** One for each part: an answer that was gone on with has several, in their order. */
  routes: z.array(answerRouteSchema),
});
export type Answer = z.infer<typeof answerSchema>;
export type Question = z.infer<typeof questionSchema>;

const turnSchema = z.discriminatedUnion("role", [questionSchema, answerSchema]);
export type ChatTurn = z.infer<typeof turnSchema>;

/** A conversation as it is kept: a tree of turns, and which of its branches are shown. */
export const conversationSchema = z.object({
  id: z.uuid(),
  /** What a person calls it; null takes the first question. */
  title: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** When it was asked or answered something last. */
  changedAt: z.iso.datetime(),
  choice: modelChoiceSchema.nullable(),
  options: conversationOptionsSchema,
  /** In the order in which they began. */
  turns: z.array(turnSchema).refine(isInOrder, "a turn follows one that is not there before it"),
  /** Of those that follow a turn, the one that is shown, by that turn's id; "" for the beginning. Others show their newest. */
  shown: z.record(z.string(), z.string()),
});
export type Conversation = z.infer<typeof conversationSchema>;

function isInOrder(turns: readonly ChatTurn[]): boolean {
  const before = new Set<string>();
  return turns.every((turn) => {
    const isNew = !before.has(turn.id) && turn.id !== "";
    before.add(turn.id);
    return isNew && (turn.parentId === null || (turn.parentId !== turn.id && before.has(turn.parentId)));
  });
}

/** @param id a UUID that nothing else has */
export function newConversation(id: string, at: Date): Conversation {
  const now = at.toISOString();
  return {
    id,
    title: null,
    createdAt: now,
    changedAt: now,
    choice: null,
    options: { instructions: null, parameters: noParameters },
    turns: [],
    shown: {},
  };
}

/** True while the answer is being written. */
export const isOpen = (turn: Pick<Answer, "state">): boolean => turn.state === "waiting" || turn.state === "streaming";

/** An answer that was being written when its window closed will not be written any more. */
export const interrupted = (turn: ChatTurn): ChatTurn =>
  turn.role === "assistant" && isOpen(turn) ? { ...turn, state: "interrupted", queuePosition: null } : turn;

export const newAnswer = (id: string, parentId: string | null): Answer => ({
  id,
  parentId,
  role: "assistant",
  text: "",
  reasoning: "",
  state: "waiting",
  model: "",
  modelName: "",
  finishReason: null,
  completionTokens: null,
  promptTokens: null,
  cachedTokens: null,
  firstTokenMs: null,
  totalMs: null,
  error: null,
  queuePosition: null,
  routes: [],
});

/**
 * The messages that put turns in a row to a model. A question whose answer failed without a word is left out together
 * with it, unless it is the last: templates demand that roles take turns. So is what the last question leaves out.
 */
export function toMessages(turns: readonly ChatTurn[], instructions: string): StreamedChatRequest["messages"] {
  const messages: StreamedChatRequest["messages"] = [];
  if (instructions.trim() !== "") messages.push({ role: "system", content: instructions });
  const leftOut = new Set(turns.findLast((turn) => turn.role === "user")?.leftOut);
  for (const [index, turn] of turns.entries()) {
    const next = turns[index + 1];
    const isUnanswered = turn.role === "user" && next?.role === "assistant" && next.text === "" && !isOpen(next);
    if (isUnanswered || (turn.role === "assistant" && turn.text === "")) continue;
    if (leftOut.has(turn.role === "user" ? turn.id : (turn.parentId ?? ""))) continue;
    messages.push({ role: turn.role, content: turn.role === "user" ? questionContent(turn) : turn.text });
  }
  return messages;
}
