import * as z from "zod";
import { noParameters } from "../../../contract/webview/chat-composer.ts";
import { type ChatTurn, type Conversation, conversationSchema, interrupted, newAnswer } from "../conversation.ts";

const oldAnswerSchema = z.object({
  id: z.string(),
  role: z.literal("assistant"),
  text: z.string(),
  state: z.string(),
  model: z.string(),
  modelName: z.string(),
  finishReason: z.unknown(),
  completionTokens: z.unknown(),
  firstTokenMs: z.unknown(),
  totalMs: z.unknown(),
  error: z.unknown(),
});

/** The one conversation of a workspace as versions before 0.1's tree kept it: turns in a row. */
const oldConversationSchema = z.object({
  model: z.string().nullable(),
  turns: z
    .array(
      z.discriminatedUnion("role", [
        z.object({ id: z.string(), role: z.literal("user"), text: z.string() }),
        oldAnswerSchema,
      ]),
    )
    .min(1),
});

/** Undefined for what is no conversation, or an empty one. */
export function fromOldConversation(stored: unknown, { id, at }: { id: string; at: Date }): Conversation | undefined {
  const old = oldConversationSchema.safeParse(stored).data;
  if (old === undefined) return undefined;
  const now = at.toISOString();
  const turns = old.turns.map((turn, index) => {
    const parentId = old.turns[index - 1]?.id ?? null;
    return turn.role === "user"
      ? { ...turn, parentId, attachments: [], leftOut: [] }
      : { ...newAnswer(turn.id, parentId), ...turn, parentId };
  });
  const read = conversationSchema.safeParse({
    id,
    title: null,
    createdAt: now,
    changedAt: now,
    choice: old.model === null ? null : { model: old.model },
    options: { instructions: null, parameters: noParameters },
    turns,
    shown: {},
  }).data;
  return read === undefined ? undefined : { ...read, turns: read.turns.map((turn): ChatTurn => interrupted(turn)) };
}
