import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../../../contract/mesh/privacy-label.ts";
import { chatChunk, chatWaiting } from "../../../../contract/rpc/chat.ts";
import { noParameters } from "../../../../contract/webview/chat-composer.ts";
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
