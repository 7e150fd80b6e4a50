import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ChatTurn,
  type Conversation,
  conversationSchema,
  newAnswer,
  newConversation,
} from "../../../../../extension/chat/conversation.ts";
import {
  addTurn,
  branchAt,
  removeLeaf,
  replaceTurn,
  shownPath,
  showSibling,
  siblingPlace,
} from "../../../../../extension/chat/conversations/conversation-tree.ts";

const at = new Date("2026-11-21T12:00:00Z");
const empty = (): Conversation => newConversation(randomUUID(), at);

/** A question or an answer, whatever its parent is not. */
function turnAfter(parent: ChatTurn | undefined, id: string): ChatTurn {
  const parentId = parent?.id ?? null;
  return parent?.role === "user"
    ? { ...newAnswer(id, parentId), text: id, state: "done" }
    : { id, parentId, role: "user", text: id, attachments: [], leftOut: [] };
}

/** A conversation as a person makes it by following, asking again, editing and looking around. */
const conversations = fc
  .array(fc.tuple(fc.constantFrom("follow", "beside", "look"), fc.nat(20)), { maxLength: 40 })
  .map((steps) =>
    steps.reduce((conversation, [kind, number], step) => {
      const path = shownPath(conversation);
      const chosen = path[number % Math.max(1, path.length)];
      if (kind === "follow" || chosen === undefined) return addTurn(conversation, turnAfter(path.at(-1), `t${step}`));
      if (kind === "look") return showSibling(conversation, chosen.id, number);
      return addTurn(conversation, { ...chosen, id: `t${step}`, text: `t${step}` });
    }, empty()),
  );

describe("the tree of a conversation", () => {
  it("shows a chain from the beginning to an end, and is valid whatever was done", () => {
    fc.assert(
      fc.property(conversations, (conversation) => {
        const path = shownPath(conversation);
        expect(conversationSchema.safeParse(conversation).success).toBe(true);
        expect(path.map(({ parentId }) => parentId)).toEqual(
          [null, ...path.slice(0, -1).map(({ id }) => id)].slice(0, path.length),
        );
        expect(conversation.turns.some(({ parentId }) => parentId === (path.at(-1)?.id ?? null))).toBe(false);
        for (const [index, turn] of path.entries()) expect(turn.role).toBe(index % 2 === 0 ? "user" : "assistant");
      }),
    );
  });

  it("leads to every turn by its siblings, and loses none of them", () => {
    fc.assert(
      fc.property(conversations, (conversation) => {
        const seen = new Set<string>();
        const look = (each: Conversation, depth: number): void => {
          const turn = shownPath(each)[depth];
          if (turn === undefined) return;
          const { count } = siblingPlace(each, turn.id) ?? { count: 1 };
          for (let index = 0; index < count; index++) {
            const shown = showSibling(each, turn.id, index);
            const sibling = shownPath(shown)[depth];
            expect(siblingPlace(shown, sibling?.id ?? "")?.index ?? 0).toBe(index);
            seen.add(sibling?.id ?? "");
            look(shown, depth + 1);
          }
        };
        look(conversation, 0);
        expect(seen.size).toBe(conversation.turns.length);
      }),
      { numRuns: 40 },
    );
  });

  it("comes back to where a person was when they return to a branch", () => {
    fc.assert(
      fc.property(conversations, fc.nat(20), fc.nat(20), (conversation, which, other) => {
        const path = shownPath(conversation);
        const turn = path[which % Math.max(1, path.length)];
        const place = turn === undefined ? null : siblingPlace(conversation, turn.id);
        if (turn === undefined || place === null) return;
        const away = showSibling(conversation, turn.id, other % place.count);
        expect(shownPath(showSibling(away, turn.id, place.index))).toEqual(path);
      }),
    );
  });

  it("shows a new turn at once, replaces one in its place, and takes out only what nothing follows", () => {
    fc.assert(
      fc.property(conversations, (conversation) => {
        const path = shownPath(conversation);
        const added = addTurn(conversation, turnAfter(path.at(-1), "new"));
        expect(shownPath(added).at(-1)?.id).toBe("new");
        const changed = replaceTurn(added, { ...turnAfter(path.at(-1), "new"), text: "changed" });
        expect(shownPath(changed).map(({ text }) => text)).toEqual([...path.map(({ text }) => text), "changed"]);
        expect(removeLeaf(changed, "new").turns).toEqual(conversation.turns);
        const first = path[0];
        if (first !== undefined) expect(removeLeaf(added, first.id)).toBe(added);
      }),
    );
  });

  it("branches into a conversation that shows the same as far as the turn, and has nothing else", () => {
    fc.assert(
      fc.property(conversations, fc.nat(20), (conversation, which) => {
        const path = shownPath(conversation);
        const turn = path[which % Math.max(1, path.length)];
        if (turn === undefined) return;
        const branched = branchAt(conversation, { turnId: turn.id, id: randomUUID(), at });
        expect(branched?.turns).toEqual(path.slice(0, path.indexOf(turn) + 1));
        expect(shownPath(branched ?? empty())).toEqual(branched?.turns);
      }),
    );
  });

  it("ignores siblings that are not there, and survives names of turns that objects have by themselves", () => {
    const conversation = addTurn(empty(), turnAfter(undefined, "constructor"));
    expect(showSibling(conversation, "constructor", 7)).toBe(conversation);
    expect(showSibling(conversation, "nobody", 0)).toBe(conversation);
    const odd = addTurn(conversation, turnAfter(conversation.turns[0], "__proto__"));
    expect(shownPath(odd).map(({ id }) => id)).toEqual(["constructor", "__proto__"]);
    expect(shownPath({ ...odd, shown: {} }).map(({ id }) => id)).toEqual(["constructor", "__proto__"]);
  });
});
