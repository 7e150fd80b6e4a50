import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../../../contract/mesh/privacy-label.ts";
import { chatChunk, chatWaiting } from "../../../../contract/rpc/chat.ts";
import { noParameters } from "../../../../contract/webview/chat-composer.ts";
import { interrupted } from "../../../../extension/chat/conversation.ts";
import { sessionUnderTest, turn, wholeAnswer } from "../../../support/session-under-test.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("a conversation", () => {
  it("shows a question's place while a busy model answers others", async () => {
    const test = sessionUnderTest();
    const sending = test.session.send("Hello");
    await turn();
    const place = (streamId: string | undefined, position: number): void =>
      test.connection.say(chatWaiting, { streamId, position, estimatedMs: null });
    place(test.asked[0]?.streamId, 2);
    place("another's", 7);
    expect(test.last()).toMatchObject({ state: "waiting", queuePosition: 2 });
    test.write("Hi");
    expect(test.last()).toMatchObject({ state: "streaming", queuePosition: null });
    test.settle().resolve(wholeAnswer);
    await sending;
  });

  it("streams an answer, with what came before it", async () => {
    const test = sessionUnderTest();
    const sending = test.session.send("Hello");
    await turn();
    expect(test.last()).toMatchObject({ state: "waiting", modelName: "Model m" });
    test.write("Hi ");
    test.write("there");
    expect(test.last()).toMatchObject({ state: "streaming", text: "Hi there" });
    test.settle().resolve(wholeAnswer);
    await sending;
    expect(test.last()).toMatchObject({ state: "done", text: "Hi there", firstTokenMs: 5, completionTokens: null });
    void test.session.send("Again");
    await turn();
    expect(test.asked[1]?.request.messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Hi there" },
      { role: "user", content: "Again" },
    ]);
  });

  it("grants a piece for each that came, and ignores those of other streams", async () => {
    const test = sessionUnderTest();
    void test.session.send("Hello");
    await turn();
    test.connection.say(chatChunk, { streamId: "another", text: "no" });
    test.write("yes");
    expect(test.last().text).toBe("yes");
    expect(test.connection.sent.filter(({ method }) => method === "chat/credit")).toHaveLength(1);
  });

  it("stops at once and keeps what there is; late text changes nothing", async () => {
    const test = sessionUnderTest();
    const sending = test.session.send("Hello");
    await turn();
    test.write("Half");
    test.session.stop();
    test.write(" more");
    await sending;
    expect(test.last()).toMatchObject({ state: "stopped" });
    expect(test.session.isAnswering).toBe(false);
  });

  it("keeps the error, and asks again without the failed answer", async () => {
    const test = sessionUnderTest();
    const sending = test.session.send("Hello");
    await turn();
    test.write("Half");
    test.settle().reject(new MeshError("node_lost", {}));
    await sending;
    expect(test.last()).toMatchObject({ state: "failed", text: "Half", error: { code: "node_lost" } });
    void test.session.retry();
    await turn();
    expect(test.session.turns).toHaveLength(2);
    expect(test.asked[1]?.request.messages).toHaveLength(2);
  });

  it("says why when there is no node", async () => {
    const connect = () => Promise.reject(new MeshError("workspace_not_trusted", {}));
    const test = sessionUnderTest({ connect });
    await test.session.send("Hello");
    expect(test.last()).toMatchObject({ state: "failed", error: { code: "workspace_not_trusted" } });
  });

  it("goes no further than the workspace allows at that moment", async () => {
    const labels: (PrivacyLabel | null)[] = ["lan", "local", null];
    const test = sessionUnderTest({ workspacePrivacy: async () => labels.shift() ?? null });
    for (let question = 0; question < 3; question++) {
      const sending = test.session.send("Hello");
      await turn();
      test.settle().resolve(wholeAnswer);
      await sending;
    }
    expect(test.asked.map(({ workspacePrivacy }) => workspacePrivacy)).toEqual(["lan", "local", undefined]);
  });

  it("is not asked while it is not known how far it may go, and can be stopped then", async () => {
    const test = sessionUnderTest({ workspacePrivacy: () => new Promise(() => undefined) });
    const sending = test.session.send("Hello");
    await turn();
    test.session.stop();
    await sending;
    expect(test.asked).toEqual([]);
    expect(test.last()).toMatchObject({ state: "stopped" });
  });

  it("takes one question at a time, and no blank one", async () => {
    const test = sessionUnderTest();
    await test.session.send("  \n");
    void test.session.send("One");
    await turn();
    await test.session.send("Two");
    await test.session.retry();
    expect(test.asked).toHaveLength(1);
  });

  it("that was left stays as it was when it was left, whatever still arrives", async () => {
    const test = sessionUnderTest();
    const sending = test.session.send("Hello");
    await turn();
    test.write("Half");
    test.session.begin();
    test.write("late");
    await sending;
    expect(test.session.turns).toEqual([]);
    expect(test.session.isAnswering).toBe(false);
    expect(test.kept.at(-1)?.turns.at(-1)).toMatchObject({ state: "stopped", text: "Half" });
  });

  it("can be asked at once when another was left in the middle of an answer", async () => {
    const test = sessionUnderTest();
    const left = test.session.send("Hello");
    await turn();
    test.session.begin();
    const sending = test.session.send("Another");
    await left;
    await turn();
    test.write("Yes");
    expect(test.texts()).toEqual(["Another", "Yes"]);
    test.settle().resolve(wholeAnswer);
    await sending;
    expect(test.last()).toMatchObject({ state: "done" });
  });

  it("asks with the wishes of its choice, its instructions and its parameters, and leaves the rest to the model", async () => {
    const test = sessionUnderTest();
    test.session.choose({ model: "auto", strategy: "least-latency", privacy: "lan", onlyBackends: ["desk"] });
    test.session.setOptions({
      instructions: "Rhyme.",
      parameters: { ...noParameters, temperature: 0, topP: 0.5, seed: -3 },
    });
    void test.session.send("Hello");
    await turn();
    expect(test.asked[0]).toMatchObject({ strategy: "least-latency", privacy: "lan", onlyBackends: ["desk"] });
    expect(test.asked[0]?.request).toEqual({
      model: "auto",
      messages: [
        { role: "system", content: "Rhyme." },
        { role: "user", content: "Hello" },
      ],
      temperature: 0,
      top_p: 0.5,
      seed: -3,
    });
  });

  it("keeps what the model thought, where its answer came from and what was cached", async () => {
    const test = sessionUnderTest();
    const sending = test.session.send("Hello");
    await turn();
    test.route({ requestId: "r1", backend: "desk", model: "m" });
    test.think("Hm");
    test.think("m.");
    expect(test.last()).toMatchObject({ state: "streaming", reasoning: "Hmm.", text: "" });
    test.write("Hi");
    const usage = {
      prompt_tokens: 9,
      completion_tokens: 3,
      total_tokens: 12,
      prompt_tokens_details: { cached_tokens: 8 },
    };
    test.settle().resolve({ ...wholeAnswer, usage });
    await sending;
    expect(test.last()).toMatchObject({
      reasoning: "Hmm.",
      text: "Hi",
      routes: [{ requestId: "r1", backend: "desk", model: "m" }],
      promptTokens: 9,
      cachedTokens: 8,
      completionTokens: 3,
    });
  });
});

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

  it("elsewhere asks the other place and not the one that broke off", async () => {
    const test = await broken({ otherPlace: ({ model }) => ({ model, privacy: "lan" }) });
    void test.session.continue(true);
    await turn();
    expect(test.asked[1]).toMatchObject({ notBackends: ["attic"], privacy: "lan" });
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
