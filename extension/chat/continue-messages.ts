import type { StreamedChatRequest } from "../../contract/rpc/chat.ts";

/** How much of its end a model is shown again, in characters. */
const shownCharacters = 80;

/**
 * Asks a model to go on with its last answer. Few places go on with a last message that is the model's own; so all are
 * asked in words, and to begin with the last words that are there: where these are found, the seam is exact.
 */
export function continueMessages(
  messages: StreamedChatRequest["messages"],
  answer: string,
): StreamedChatRequest["messages"] {
  const instruction =
    "Your last answer was cut off. Go on with it from exactly where it ends. Begin by repeating its last words, which " +
    "are given below, letter by letter, and then go on without a comment, as if it had never stopped. Its last words:";
  return [
    ...messages,
    { role: "assistant", content: answer },
    { role: "user", content: `${instruction}\n${lastWords(answer)}` },
  ];
}

/** The end of a text, from the beginning of a word or line on. */
function lastWords(text: string): string {
  const end = text.slice(-shownCharacters);
  if (end.length === text.length) return end;
  const lineStart = end.lastIndexOf("\n", end.length - 20) + 1;
  return lineStart > 0 ? end.slice(lineStart) : end.replace(/^\S*\s/, "");
}
