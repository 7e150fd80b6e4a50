import { describe, expect, it } from "vitest";
import { newConversation } from "../../../../../extension/chat/conversation.ts";
import { conversationTitle } from "../../../../../extension/chat/conversations/conversation-title.ts";

const asked = (text: string, title: string | null = null): string => {
  const conversation = newConversation("d1c2b3a4-0000-4000-8000-000000000000", new Date());
  const question = { id: "1", parentId: null, role: "user" as const, text, attachments: [], leftOut: [] };
  return conversationTitle({ ...conversation, title, turns: [question] });
};

describe("a conversation's title", () => {
  it.each([
    ["is the first line of the first question", "Why is the sky blue?\nIn short.", "Why is the sky blue?"],
    ["leaves out blank lines", "\n  \nWhy?", "Why?"],
    ["leaves out what begins a line of Markdown", "## > - 1. Why?", "Why?"],
    ["leaves out a line that is a fence alone", "```ts\nlet a = 1;\n```", "let a = 1;"],
    ["has nothing that hides or reorders", "a\u202eb\u0000c\u200bd", "a b c d"],
    ["is no link and no icon in the editor's lists", "$(trash) [a](command:x)", "$ (trash) [a] (command:x)"],
    ["is empty where there is nothing to say", "```\n```", ""],
  ])("%s", (_name, text, title) => expect(asked(text)).toBe(title));

  it("is cut", () => expect(asked("x".repeat(50_000)).length).toBeLessThanOrEqual(80));

  it("is what a person wishes, signs included", () => expect(asked("Why?", "# Sky")).toBe("# Sky"));
});
