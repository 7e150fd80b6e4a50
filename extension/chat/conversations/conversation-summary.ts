import type { Conversation } from "../conversation.ts";
import { conversationTitle } from "./conversation-title.ts";

/** What a list shows of a conversation, and what it is found by. */
export interface ConversationSummary {
  readonly id: string;
  readonly title: string;
  readonly changedAt: string;
  readonly questionCount: number;
  /** The models that have answered, as people call them. */
  readonly models: readonly string[];
  /** Questions and answers, one after another. */
  readonly text: string;
  /** Title, models and text in lower case. */
  readonly searched: string;
}

/** Of one conversation, at most this is searched, in characters. */
const maxSearched = 200_000;

export function summarise(conversation: Conversation): ConversationSummary {
  const { id, changedAt, turns } = conversation;
  const models = turns.flatMap((turn) => (turn.role === "assistant" && turn.modelName !== "" ? [turn.modelName] : []));
  const title = conversationTitle(conversation);
  const text = turns
    .map((turn) => turn.text)
    .join("\n")
    .slice(0, maxSearched);
  return {
    id,
    title,
    changedAt,
    questionCount: turns.filter(({ role }) => role === "user").length,
    models: [...new Set(models)],
    text,
    searched: `${title}\n${models.join("\n")}\n${text}`.toLowerCase(),
  };
}

export const newestFirst = (a: ConversationSummary, b: ConversationSummary): number =>
  b.changedAt.localeCompare(a.changedAt) || a.id.localeCompare(b.id);
