import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { shownPath } from "../../../../../extension/chat/conversations/conversation-tree.ts";
import { fromOldConversation } from "../../../../../extension/chat/conversations/old-conversation.ts";

const answer = {
  id: "2",
  role: "assistant",
  text: "Half",
  state: "streaming",
  model: "tiny",
  modelName: "Tiny",
  finishReason: null,
  completionTokens: 3,
  firstTokenMs: 5,
  totalMs: 9,
  error: null,
};
const read = (stored: unknown) => fromOldConversation(stored, { id: randomUUID(), at: new Date() });

describe("the one conversation of earlier versions", () => {
  it("becomes a row of turns, with its model, and an answer that was being written is interrupted", () => {
    const turns = [{ id: "1", role: "user", text: "Why?" }, answer, { id: "3", role: "user", text: "So?" }];
    const conversation = read({ model: "tiny", turns });
    expect(conversation?.choice).toEqual({ model: "tiny" });
    expect(conversation === undefined ? [] : shownPath(conversation)).toMatchObject([
      { id: "1", parentId: null, text: "Why?", attachments: [] },
      { id: "2", parentId: "1", text: "Half", state: "interrupted", completionTokens: 3, routes: [] },
      { id: "3", parentId: "2" },
    ]);
  });

  it.each([
    [undefined],
    ["text"],
    [{ turns: 7 }],
    [{ model: null, turns: [] }],
    [{ model: null, turns: [{ role: "system" }] }],
  ])("is nothing where there was none: %j", (stored) => expect(read(stored)).toBeUndefined());
});
