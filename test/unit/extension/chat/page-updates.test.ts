import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatUpdate } from "../../../../extension/chat/chat-feed.ts";
import { PageUpdates } from "../../../../extension/chat/page-updates.ts";
import { TurnViews } from "../../../../extension/chat/turn-views.ts";
import { emptyComposer } from "../../../support/empty-composer.ts";
import { sessionUnderTest, turn, wholeAnswer } from "../../../support/session-under-test.ts";
import { english } from "../../../support/translate.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** In milliseconds: two frames, and so at most one message a frame. */
const updateMs = 32;

/** A session, its updates, and a page that counts the messages and puts the text together. */
async function setUp() {
  const test = sessionUnderTest();
  const sentAt: number[] = [];
  let text = "";
  const views = new TurnViews(english);
  const send = (update: ChatUpdate): void => {
    sentAt.push(performance.now());
    for (const each of update.turns) if (each.role === "assistant") text = each.text;
    for (const more of update.appended) text += more.text;
  };
  const plain = { title: "", composer: emptyComposer, notice: null };
  const picture = () => ({ turns: views.of(test.session), ...plain });
  const updates = new PageUpdates({ picture, send });
  test.session.onDidChange(() => updates.soon());
  updates.begin();
  const sending = test.session.send("Hello");
  await turn();
  return { ...test, updates, sending, sentAt, text: () => text };
}

describe("what is sent to the page", () => {
  it("is at most one message a frame, however fast 20,000 tokens come, and all of their text", async () => {
    const speeds = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(speeds, async (gaps) => {
        const test = await setUp();
        let written = "";
        for (let index = 0; index < 20_000; index++) {
          test.write(`${index} `);
          written += `${index} `;
          // Bursts, pauses and everything between them.
          if (index % 7 === 0) vi.advanceTimersByTime(gaps[(index / 7) % gaps.length] ?? 0);
        }
        test.settle().resolve(wholeAnswer);
        await test.sending;
        vi.advanceTimersByTime(updateMs);
        expect(test.text()).toBe(written);
        const gapsSeen = test.sentAt.slice(1).map((at, index) => at - (test.sentAt[index] ?? 0));
        expect(Math.min(...gapsSeen)).toBeGreaterThanOrEqual(updateMs);
        test.updates.dispose();
      }),
      { numRuns: 5 },
    );
  });

  it("is nothing while the page is hidden, and everything when it is back", async () => {
    const test = await setUp();
    vi.advanceTimersByTime(updateMs);
    test.updates.pause();
    const count = test.sentAt.length;
    test.write("unseen");
    vi.advanceTimersByTime(1_000);
    expect(test.sentAt).toHaveLength(count);
    test.updates.begin();
    expect(test.text()).toBe("unseen");
  });
});

describe("the turns of a view", () => {
  it("are the same objects as long as nothing about them changes", async () => {
    const { session, exchange } = sessionUnderTest();
    const views = new TurnViews(english);
    await exchange("One", "first");
    const before = views.of(session);
    await exchange("Two", "second");
    const after = views.of(session);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    const retrying = session.retry();
    expect(views.of(session).at(-1)).toMatchObject({ siblings: { index: 1, count: 2 } });
    session.stop();
    await retrying;
  });
});
