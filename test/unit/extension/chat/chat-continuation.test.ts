import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { attachment } from "../../../support/attachment.ts";
import { sessionUnderTest, turn, wholeAnswer } from "../../../support/session-under-test.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("going on with an answer", () => {
  async function broken(options: Parameters<typeof sessionUnderTest>[0] = {}) {
    const test = sessionUnderTest(options);
    const sending = test.session.send("Tell me");
    await turn();
    test.route({ requestId: "r1", backend: "attic", model: "m" });
    test.write("The quick brown");
    test.settle().reject(new MeshError("node_lost", {}));
    await sending;
    return test;
  }

  it("is offered for answers that are not whole, and for no others", async () => {
    const test = sessionUnderTest();
    expect(test.session.continuation).toBeNull();
    await test.exchange("One", "whole");
    expect(test.session.continuation).toBeNull();
    await test.exchange("Two", "cut", { finishReason: "length" });
    expect(test.session.continuation).toBe("here");
    await test.exchange("Three", "", { finishReason: "length" });
    expect(test.session.continuation).toBeNull();
    expect((await broken()).session.continuation).toBe("here");
    expect((await broken({ otherPlace: (choice) => choice })).session.continuation).toBe("elsewhere");
  });

  it("adds to the same answer, at the seam, with the routes of all its parts", async () => {
    const test = await broken();
    const going = test.session.continue(false);
    await turn();
    expect(test.last()).toMatchObject({ state: "streaming", text: "The quick brown", error: null });
    expect(test.asked[1]).not.toHaveProperty("notBackends");
    expect(test.asked[1]?.request.messages.slice(0, 3)).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Tell me" },
      { role: "assistant", content: "The quick brown" },
    ]);
    expect(test.asked[1]?.request.messages.at(-1)).toMatchObject({ role: "user" });
    test.route({ requestId: "r2", backend: "attic", model: "m" });
    test.write("quick brown fox");
    test.write(" jumps.");
    test.settle().resolve(wholeAnswer);
    await going;
    expect(test.last()).toMatchObject({ state: "done", text: "The quick brown fox jumps." });
    expect(test.last().routes.map(({ requestId }) => requestId)).toEqual(["r1", "r2"]);
    expect(test.session.continuation).toBeNull();
  });

  it("is exact at this machine's engine: the answer is the last message, and what comes is added as it is", async () => {
    const test = await broken({ isOwn: () => true });
    const going = test.session.continue(false);
    await turn();
    expect(test.messages()).toEqual(["system: Be brief.", "user: Tell me", "assistant: The quick brown"]);
    expect(test.asked[1]?.request).toMatchObject({ continue_final_message: true, add_generation_prompt: false });
    test.write(" quick brown");
    test.settle().resolve(wholeAnswer);
    await going;
    expect(test.last()).toMatchObject({ state: "done", text: "The quick brown quick brown" });
    await test.exchange("And?", "Yes.");
    expect(test.asked[2]?.request).not.toHaveProperty("continue_final_message");
  });

  it("asks without what a person has agreed to leave out, and keeps the question as it was", async () => {
    const test = sessionUnderTest();
    await test.exchange("One", "first");
    await test.exchange("Two", "second", { finishReason: "length" });
    const [one, , two] = test.session.turns;
    const attachments = [attachment({ detail: "a.ts", text: "x", languageId: null })];
    void test.session.continue(false, { attachments, leftOut: [one?.id ?? ""] });
    await turn();
    const asked = ["system: Be brief.", "user: a.ts\n```\nx\n```\n\nTwo", "assistant: second"];
    expect(test.messages()?.slice(0, 3)).toEqual(asked);
    expect(test.session.turns[2]).toEqual(two);
  });

  it("elsewhere asks the other place and not the one that broke off", async () => {
    const test = await broken({ otherPlace: ({ model }) => ({ model, privacy: "lan" }), isOwn: () => true });
    void test.session.continue(true);
    await turn();
    expect(test.asked[1]).toMatchObject({ notBackends: ["attic"], privacy: "lan" });
    expect(test.asked[1]?.request.messages.at(-1)?.role).toBe("user");
  });

  it("has figures of all parts together where each has some, and none where one has not", async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 10, total_tokens: 11 };
    const test = sessionUnderTest();
    const timing = { firstTokenMs: 100, totalMs: 300 };
    await test.exchange("One", "The", { finishReason: "length", usage, timing });
    const going = test.session.continue(false);
    await turn();
    test.write(" end");
    test.settle().resolve({ ...wholeAnswer, usage, timing });
    await going;
    expect(test.last()).toMatchObject({ completionTokens: 20, firstTokenMs: 100, totalMs: 500 });
    const other = await broken();
    const on = other.session.continue(false);
    await turn();
    other.write(" fox");
    other.settle().resolve({ ...wholeAnswer, usage, timing });
    await on;
    expect(other.last()).toMatchObject({ completionTokens: null, firstTokenMs: 100 });
  });

  it("that fails again keeps all that was written, and can be tried once more", async () => {
    const test = await broken();
    const going = test.session.continue(false);
    await turn();
    test.write(" fox");
    test.settle().reject(new MeshError("node_lost", {}));
    await going;
    expect(test.last()).toMatchObject({ state: "failed", text: "The quick brown fox" });
    expect(test.session.continuation).toBe("here");
  });
});
