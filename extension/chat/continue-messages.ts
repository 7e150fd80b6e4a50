import type { StreamedChatRequest } from "../../contract/rpc/chat.ts";

/** How much of its end a model is shown again, in characters. */
const shownCharacters = 80;

/** What is asked so that a model goes on with its last answer. */
export interface Continued {
  readonly messages: StreamedChatRequest["messages"];
  readonly fields: Partial<StreamedChatRequest>;
  /** The model begins with words that are there already. */
  readonly repeats: boolean;
}

/** Asks this machine's engine, which goes on from exactly where the answer ends. */
export const goOn = (messages: StreamedChatRequest["messages"], answer: string): Continued => ({
  messages: [...messages, { role: "assistant", content: answer }],
  fields: { continue_final_message: true, add_generation_prompt: false },
  repeats: false,
});

/**
 * Asks any place. Few go on with a last message that is the model's own; so they are asked in words, and to begin with the
 * last words that are there: where these are found, the seam is exact.
 */
export function goOnInWords(messages: StreamedChatRequest["messages"], answer: string): Continued {
  const instruction =
    "Your last answer was cut off. Go on with it from exactly where it ends. Begin by repeating its last words, which " +
    "are given below, letter by letter, and then go on without a comment, as if it had never stopped. Its last words:";
  const asked = { role: "user" as const, content: `${instruction}\n${lastWords(answer)}` };
  return { messages: [...messages, { role: "assistant", content: answer }, asked], fields: {}, repeats: true };
}

/** The end of a text, from the beginning of a word or line on. */
function lastWords(text: string): string {
  const end = text.slice(-shownCharacters);
  if (end.length === text.length) return end;
  const lineStart = end.lastIndexOf("\n", end.length - 20) + 1;
  return lineStart > 0 ? end.slice(lineStart) : end.replace(/^\S*\s/, "");
}
