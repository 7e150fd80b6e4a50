import { type ChatTurn, toMessages } from "../conversation.ts";
import type { Exchange } from "./prompt-parts.ts";

/** A conversation's questions, each with what it and its answer put to the model. */
export function exchangesOf(turns: readonly ChatTurn[]): Exchange[] {
  const questions = turns.flatMap((turn, index) => (turn.role === "user" ? [{ turn, index }] : []));
  return questions.map(({ turn, index }, place) => {
    const end = questions[place + 1]?.index ?? turns.length;
    return { id: turn.id, number: place + 1, question: turn.text, messages: toMessages(turns.slice(index, end), "") };
  });
}
