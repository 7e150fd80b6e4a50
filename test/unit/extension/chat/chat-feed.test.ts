import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toChatViewSchema } from "../../../../contract/webview/chat.ts";
import type { Turn } from "../../../../contract/webview/chat-turns.ts";
import { ChatFeed, type ChatPicture } from "../../../../extension/chat/chat-feed.ts";
import { emptyComposer } from "../../../support/empty-composer.ts";

const question = (id: string, text: string): Turn => ({ id, role: "user", text, attachments: [], siblings: null });
const answer = (id: string, text: string, state: "streaming" | "done" = "streaming"): Turn => ({
  id,
  role: "assistant",
  text,
  reasoning: "",
  state,
  model: "m",
  figures: "",
  isCut: false,
  canContinue: null,
  hasRoute: false,
  siblings: null,
  failure: null,
});
const picture = (turns: Turn[], part: Partial<ChatPicture> = {}): ChatPicture => ({
  turns,
  title: "",
  composer: emptyComposer,
  notice: null,
  ...part,
});

describe("the feed of a chat view", () => {
  it("begins with everything, and says nothing while nothing changes", () => {
    const feed = new ChatFeed();
    expect(feed.next(picture([question("1", "a")]))).toMatchObject({
      isReset: true,
      notice: null,
    });
    expect(feed.next(picture([question("1", "a")]))).toBeUndefined();
    feed.forget();
    expect(feed.next(picture([]))).toMatchObject({ isReset: true });
  });

  it("tells of the composer when it has changed, and not with each word of an answer", () => {
    const feed = new ChatFeed();
    expect(feed.next(picture([answer("1", "a")]))).toMatchObject({ composer: emptyComposer });
    expect(feed.next(picture([answer("1", "ab")]))).not.toHaveProperty("composer");
    const composer = { ...emptyComposer, defaultInstructions: "Be brief." };
    expect(feed.next(picture([answer("1", "ab")], { composer }))).toMatchObject({ composer, turns: [], appended: [] });
  });

  it("sends the new words only", () => {
    const feed = new ChatFeed();
    feed.next(picture([answer("1", "Hello")]));
    const update = feed.next(picture([answer("1", "Hello you")]));
    expect(update).toEqual({
      type: "update",
      isReset: false,
      turns: [],
      appended: [{ turnId: "1", text: " you", reasoning: "" }],
    });
    expect(feed.next(picture([answer("1", "Hello you", "done")]))?.turns).toHaveLength(1);
  });

  it("leads a view to every picture, by messages of the contract", () => {
    const turn = fc.tuple(fc.constantFrom("1", "2", "3"), fc.string({ maxLength: 4 }), fc.boolean());
    const turns = fc.uniqueArray(turn, { selector: ([id]) => id, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(turns, { maxLength: 8 }), (pictures) => {
        const feed = new ChatFeed();
        const shown: Turn[] = [];
        for (const each of pictures) {
          const wanted = each.map(([id, text, isDone]) => answer(id, text, isDone ? "done" : "streaming"));
          const update = feed.next(picture(wanted));
          if (update !== undefined) {
            expect(toChatViewSchema.safeParse(update).success).toBe(true);
            if (update.isReset) shown.length = 0;
            for (const put of update.turns) {
              const index = shown.findIndex(({ id }) => id === put.id);
              if (index === -1) shown.push(put);
              else shown[index] = put;
            }
            for (const { turnId, text, reasoning } of update.appended) {
              const index = shown.findIndex(({ id }) => id === turnId);
              const known = shown[index];
              if (known?.role !== "assistant") continue;
              shown[index] = { ...known, text: known.text + text, reasoning: known.reasoning + reasoning };
            }
          }
          expect(shown).toEqual(wanted);
        }
      }),
    );
  });
});
