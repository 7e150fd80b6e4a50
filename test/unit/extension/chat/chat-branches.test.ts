import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { sessionUnderTest, turn, wholeAnswer } from "../../../support/session-under-test.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("branches", () => {
  it("keep an answer beside the one that was asked for again, and only what is shown is put to the model", async () => {
    const test = sessionUnderTest();
    await test.exchange("One", "first");
    const retrying = test.session.retry();
    await turn();
    test.write("second");
    test.settle().resolve(wholeAnswer);
    await retrying;
    expect(test.texts()).toEqual(["One", "second"]);
    expect(test.asked[1]?.request.messages).toEqual(test.asked[0]?.request.messages);
    test.session.showSibling(test.last().id, 0);
    expect(test.texts()).toEqual(["One", "first"]);
    await test.exchange("Two", "third");
    expect(test.messages()).toEqual(["system: Be brief.", "user: One", "assistant: first", "user: Two"]);
  });

  it("drop an answer without a word when it is asked for again", async () => {
    const test = sessionUnderTest();
    const sending = test.session.send("Hello");
    await turn();
    test.settle().reject(new MeshError("node_lost", {}));
    await sending;
    void test.session.retry();
    await turn();
    expect(test.session.conversation.turns).toHaveLength(2);
  });

  it("keep a question beside the one that is asked in its place, with what was attached and what came after it", async () => {
    const test = sessionUnderTest();
    const attached = {
      id: "a",
      kind: "file" as const,
      label: "a.ts",
      detail: "src/a.ts",
      text: "x",
      image: null,
      languageId: null,
    };
    const sending = test.session.send("One", [attached]);
    await turn();
    test.write("first");
    test.settle().resolve(wholeAnswer);
    await sending;
    await test.exchange("Two", "second");
    const [question] = test.session.turns;
    void test.session.editQuestion(question?.id ?? "", "Uno", { attachments: [attached], leftOut: [] });
    await turn();
    expect(test.messages()).toEqual(["system: Be brief.", "user: src/a.ts\n```\nx\n```\n\nUno"]);
    test.write("primo");
    expect(test.texts()).toEqual(["Uno", "primo"]);
    test.session.showSibling(test.session.turns[0]?.id ?? "", 0);
    expect(test.texts()).toEqual(["Uno", "primo"]);
    test.settle().resolve(wholeAnswer);
    await turn();
    test.session.showSibling(test.session.turns[0]?.id ?? "", 0);
    expect(test.texts()).toEqual(["One", "first", "Two", "second"]);
  });

  it("become a conversation of their own, and the one before stays whole", async () => {
    const test = sessionUnderTest();
    await test.exchange("One", "first");
    await test.exchange("Two", "second");
    const before = test.session.conversation;
    expect(test.session.branch(test.session.turns[1]?.id ?? "")).toBe(true);
    expect(test.texts()).toEqual(["One", "first"]);
    expect(test.session.conversation.id).not.toBe(before.id);
    await test.exchange("Other", "third");
    expect(test.kept.findLast(({ id }) => id === before.id)?.turns).toHaveLength(4);
    expect(test.session.branch("nobody's")).toBe(false);
  });

  it("leave out the questions that a person has agreed to leave out, and nothing else", async () => {
    const test = sessionUnderTest();
    await test.exchange("One", "first");
    await test.exchange("Two", "second");
    void test.session.send("Three", [], [test.session.turns[0]?.id ?? ""]);
    await turn();
    expect(test.messages()).toEqual(["system: Be brief.", "user: Two", "assistant: second", "user: Three"]);
  });
});
