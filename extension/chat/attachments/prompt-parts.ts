import type { StreamedChatRequest } from "../../../contract/rpc/chat.ts";
import { questionContent } from "../question-content.ts";
import type { Attachment } from "./attachment.ts";

export type PromptMessage = StreamedChatRequest["messages"][number];

/** A question of the conversation with its answer: what is left out together, since roles have to take turns. */
export interface Exchange {
  /** The question's turn. */
  readonly id: string;
  /** Counted from 1, as a person counts their questions. */
  readonly number: number;
  readonly question: string;
  readonly messages: readonly PromptMessage[];
}

/** All that goes to the model with the next question. */
export interface PromptParts {
  /** The system prompt, where there is one. */
  readonly instructions: readonly PromptMessage[];
  /** The oldest first. */
  readonly exchanges: readonly Exchange[];
  readonly question: string;
  readonly attachments: readonly Attachment[];
  /** What there is of an answer that is gone on with. */
  readonly begun?: readonly PromptMessage[];
}

/** The parts as the messages that are sent. */
export const promptMessages = (parts: PromptParts): PromptMessage[] => {
  const { instructions, exchanges, question, attachments, begun = [] } = parts;
  const asked = { role: "user" as const, content: questionContent({ text: question, attachments }) };
  return [...instructions, ...exchanges.flatMap(({ messages }) => messages), asked, ...begun];
};
