import { plainText } from "../../platform/plain-text.ts";
import type { Conversation } from "../conversation.ts";

/** What begins a line of Markdown and says nothing by itself: heads, quotes, list signs, fences. */
const signs = /^(?:#{1,6}\s+|>\s*|[-*+]\s+|\d{1,3}[.)]\s+|`{3,}\S*\s*|~{3,}\S*\s*)+/;

/** What a conversation is called: as a person wishes, or its first question's first line; "" while it has none. */
export function conversationTitle({ title, turns }: Pick<Conversation, "title" | "turns">): string {
  const lines = (title ?? turns.find(({ role }) => role === "user")?.text ?? "").slice(0, 10_000).split("\n");
  for (const line of lines) {
    const words = plainText(title === null ? line.trim().replace(signs, "") : line);
    if (words !== "") return words;
  }
  return "";
}
