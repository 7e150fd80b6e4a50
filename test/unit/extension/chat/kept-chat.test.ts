import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { interrupted } from "../../../../extension/chat/conversation.ts";
import { sessionUnderTest, turn } from "../../../support/session-under-test.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("what is kept", () => {
  it("is the whole conversation when the window closes, and nothing after that", async () => {
    const test = sessionUnderTest();
    const sending = test.session.send("Hello");
    await turn();
    test.write("Half");
    test.session.dispose();
    const count = test.kept.length;
    await sending;
    expect(test.kept).toHaveLength(count);
    expect(test.kept.at(-1)?.turns.map(interrupted).at(-1)).toMatchObject({ state: "interrupted", text: "Half" });
  });

  it("is at most a second old when a window dies without a word", async () => {
    const test = sessionUnderTest();
    void test.session.send("Hello");
    await turn();
    test.write("Half");
    vi.advanceTimersByTime(1_000);
    expect(test.kept.at(-1)?.turns.at(-1)?.text).toBe("Half");
  });

  it("is nothing as long as nothing was asked", () => {
    const test = sessionUnderTest();
    test.session.choose({ model: "other" });
    test.session.begin();
    test.session.dispose();
    expect(test.kept).toEqual([]);
  });
});
