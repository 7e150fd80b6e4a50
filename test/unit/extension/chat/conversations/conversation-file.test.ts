import { describe, expect, it } from "vitest";
import { type Conversation, newConversation, type Question } from "../../../../../extension/chat/conversation.ts";
import { conversationText, readConversation } from "../../../../../extension/chat/conversations/conversation-file.ts";
import { addTurn } from "../../../../../extension/chat/conversations/conversation-tree.ts";
import { viewTurn } from "../../../../../extension/chat/view-turn.ts";
import { english } from "../../../../support/translate.ts";

const id = "d1c2b3a4-0000-4000-8000-000000000000";

function conversationWith(...texts: string[]): Conversation {
  let conversation = newConversation(id, new Date("2026-11-21T12:00:00Z"));
  for (const [index, text] of texts.entries()) {
    const file = {
      id: `f${index}`,
      kind: "file" as const,
      label: "a.ts",
      detail: "a.ts",
      image: null,
      languageId: null,
    };
    const parentId = index === 0 ? null : `q${index - 1}`;
    const question: Question = {
      id: `q${index}`,
      parentId,
      role: "user",
      text: "Why?",
      attachments: [{ ...file, text }],
      leftOut: [],
    };
    conversation = addTurn(conversation, question);
  }
  return conversation;
}

/** What a person reads beside each attachment once the conversation comes back from its file. */
function problemsOf(conversation: Conversation): (string | null)[] {
  const back = readConversation(conversationText(conversation), { id, path: "/c.json" });
  return (back?.turns ?? []).flatMap((turn) => {
    const shown = viewTurn(turn, { siblings: null, continuation: null }, english);
    return shown.role === "user" ? shown.attachments.map(({ problem }) => problem) : [];
  });
}

describe("the file of a conversation", () => {
  it("leaves out the content of the oldest attachments where there is too much, and the chips say so", () => {
    const half = "x".repeat(13_000_000);
    expect(problemsOf(conversationWith(half, half))).toEqual([expect.stringContaining("too large to be kept"), null]);
  });

  it("says nothing of the kind of a file that was empty", () => {
    expect(problemsOf(conversationWith(""))).toEqual([null]);
  });
});
