import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../../../contract/mesh/privacy-label.ts";
import { chatChunk, chatRoute, chatWaiting } from "../../../../contract/rpc/chat.ts";
import type { CompareQuestion } from "../../../../contract/webview/compare-setup.ts";
import { CompareSession } from "../../../../extension/compare/compare-session.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";

interface Asked {
  readonly streamId: string;
  readonly request: { readonly model: string };
  readonly answer: PromiseWithResolvers<unknown>;
}
const result = {
  finishReason: "stop",
  usage: { prompt_tokens: 5, completion_tokens: 11, total_tokens: 16 },
  timing: { firstTokenMs: 100, totalMs: 1100 },
  model: "m",
};
const question: CompareQuestion = {
  prompt: "Why?",
  instructions: "",
  parameters: { temperature: 0.7, maxTokens: 64, seed: 42 },
  isInTurn: false,
  isBlind: false,
};

function setUp({ privacy = null as PrivacyLabel | null, random = (): number => 0 } = {}) {
  const asked: Asked[] = [];
  const connection = new FakeNodeConnection({
    "chat/stream": (params: Omit<Asked, "answer">, signal) => {
      const answer = Promise.withResolvers<unknown>();
      asked.push({ ...params, answer });
      signal?.addEventListener("abort", () => answer.reject(signal.reason));
      return answer.promise;
    },
  });
  const session = new CompareSession({
    connect: async () => connection,
    workspacePrivacy: async () => privacy,
    toAsk: (contender) => (contender.model === "stands for b" ? { model: "b", privacy: "lan" } : contender),
    random,
  });
  session.choose([{ model: "a" }, { model: "b", onlyBackends: ["gpu"] }, { model: "auto", strategy: "least-latency" }]);
  const columns = () => session.runs[session.shown]?.columns ?? [];
  const say = (model: string, text: string): void => {
    const streamId = asked.findLast(({ request }) => request.model === model)?.streamId;
    connection.say(chatChunk, { streamId, text });
  };
  const end = (model: string): void => asked.findLast(({ request }) => request.model === model)?.answer.resolve(result);
  return { session, connection, asked, columns, say, end };
}
const turn = async (): Promise<void> => {
  for (let turns = 0; turns < 20; turns++) await Promise.resolve();
};

describe("a comparison", () => {
  it("asks everybody the same at the same time, each where it was chosen", async () => {
    const test = setUp({ privacy: "lan" });
    void test.session.run({ ...question, instructions: "Be brief." });
    await turn();
    const same = {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Why?" },
      ],
      temperature: 0.7,
      max_tokens: 64,
      seed: 42,
    };
    expect(test.asked).toMatchObject([
      { request: { model: "a", ...same }, workspacePrivacy: "lan" },
      { request: { model: "b", ...same }, onlyBackends: ["gpu"] },
      { request: { model: "auto", ...same }, strategy: "least-latency" },
    ]);
  });

  it("asks for what a contender stands for now", async () => {
    const test = setUp();
    test.session.choose([{ model: "a" }, { model: "stands for b" }]);
    void test.session.run(question);
    await turn();
    expect(test.asked[1]).toMatchObject({ request: { model: "b" }, privacy: "lan" });
  });

  it("leaves to each model what is not said", async () => {
    const test = setUp();
    void test.session.run({ ...question, parameters: { temperature: null, maxTokens: null, seed: null } });
    await turn();
    expect(test.asked[0]?.request).toEqual({ model: "a", messages: [{ role: "user", content: "Why?" }] });
  });

  it("keeps the answers apart, with their figures and where they are from", async () => {
    const test = setUp();
    const running = test.session.run(question);
    await turn();
    test.say("a", "one ");
    test.say("b", "other");
    test.say("a", "two");
    const streamId = test.asked[1]?.streamId;
    test.connection.say(chatRoute, {
      streamId,
      requestId: null,
      node: "n",
      backend: "gpu",
      model: "b",
      artifact: null,
    });
    test.end("a");
    await turn();
    expect(test.columns()).toMatchObject([
      { state: "done", text: "one two", firstTokenMs: 100, totalMs: 1100, completionTokens: 11 },
      { state: "streaming", text: "other", answeredBy: "gpu" },
      { state: "waiting", text: "" },
    ]);
    expect(test.session.isRunning).toBe(true);
    test.end("b");
    test.end("auto");
    await running;
    expect(test.session.isRunning).toBe(false);
  });

  it("asks one after another where that is wanted, and goes on when one fails", async () => {
    const test = setUp();
    const running = test.session.run({ ...question, isInTurn: true });
    await turn();
    expect(test.asked).toHaveLength(1);
    expect(test.columns().map(({ state }) => state)).toEqual(["waiting", "queued", "queued"]);
    test.asked[0]?.answer.reject(new MeshError("node_lost", {}));
    await turn();
    expect(test.asked).toHaveLength(2);
    expect(test.columns()[0]).toMatchObject({ state: "failed", error: { code: "node_lost" } });
    test.end("b");
    await turn();
    test.end("auto");
    await running;
    expect(test.columns().map(({ state }) => state)).toEqual(["failed", "done", "done"]);
  });

  it("stops one column alone, also before its turn, and keeps its words", async () => {
    const test = setUp();
    const running = test.session.run({ ...question, isInTurn: true });
    await turn();
    const [first, second] = test.columns();
    test.say("a", "half");
    test.session.stop(second?.id ?? "");
    expect(test.columns()[1]?.state).toBe("stopped");
    test.session.stop(first?.id ?? "");
    await turn();
    expect(test.columns()).toMatchObject([
      { state: "stopped", text: "half" },
      { state: "stopped" },
      { state: "waiting" },
    ]);
    expect(test.asked.map(({ request }) => request.model)).toEqual(["a", "auto"]);
    test.end("auto");
    await running;
  });

  it("stops all at once, and can be run again; the earlier run can be looked at", async () => {
    const test = setUp();
    const running = test.session.run(question);
    await turn();
    test.say("a", "half");
    test.session.stop(null);
    await running;
    expect(test.columns().map(({ state }) => state)).toEqual(["stopped", "stopped", "stopped"]);
    void test.session.run({ ...question, prompt: "How?" });
    await turn();
    expect(test.session.shown).toBe(1);
    test.session.showRun(0);
    expect(test.columns()[0]?.text).toBe("half");
    test.session.showRun(9);
    expect(test.session.shown).toBe(0);
  });

  it("asks one column again with the words of its run", async () => {
    const test = setUp();
    const running = test.session.run(question);
    await turn();
    test.say("b", "first");
    for (const { request } of test.asked) test.end(request.model);
    await running;
    const again = test.session.askAgain(test.columns()[1]?.id ?? "");
    await turn();
    expect(test.asked).toHaveLength(4);
    expect(test.columns()[1]).toMatchObject({ state: "waiting", text: "", firstTokenMs: null });
    test.say("b", "second");
    test.end("b");
    await again;
    expect(test.columns()[1]).toMatchObject({ state: "done", text: "second" });
  });

  it("shows a column's place while a busy model answers others", async () => {
    const test = setUp();
    void test.session.run(question);
    await turn();
    test.connection.say(chatWaiting, { streamId: test.asked[0]?.streamId, position: 2, estimatedMs: null });
    expect(test.columns()[0]).toMatchObject({ state: "waiting", queuePosition: 2 });
  });

  it("does not ask without words, with too few, or while it asks; nobody is asked twice", async () => {
    const test = setUp();
    await test.session.run({ ...question, prompt: " \n" });
    test.session.choose([{ model: "a" }, { model: "a" }]);
    expect(test.session.contenders).toEqual([{ model: "a" }]);
    await test.session.run(question);
    expect(test.asked).toEqual([]);
    test.session.choose([{ model: "a" }, { model: "b" }]);
    void test.session.run(question);
    await turn();
    await test.session.run(question);
    expect(test.asked).toHaveLength(2);
  });
});

describe("a blind comparison", () => {
  async function answered(test: ReturnType<typeof setUp>): Promise<void> {
    const running = test.session.run({ ...question, isBlind: true });
    await turn();
    for (const { request } of test.asked) {
      test.say(request.model, `I am not ${request.model}`);
      test.end(request.model);
    }
    await running;
  }

  it("is shuffled, and every order can come", async () => {
    const orders = new Set<string>();
    for (const first of [0, 0.4, 0.9]) {
      for (const second of [0, 0.9]) {
        const chances = [first, second];
        const test = setUp({ random: () => chances.shift() ?? 0 });
        await answered(test);
        orders.add(
          test
            .columns()
            .map(({ contender }) => contender.model)
            .join(),
        );
      }
    }
    expect(orders.size).toBe(6);
  });

  it("takes one vote, when all is written, and then names everybody", async () => {
    const test = setUp();
    const running = test.session.run({ ...question, isBlind: true });
    await turn();
    test.say("a", "early");
    const ids = test.columns().map(({ id }) => id);
    const best = { kind: "best", columnId: ids[0] ?? "" } as const;
    expect(test.session.vote(best)).toBeUndefined();
    for (const { request } of test.asked) {
      test.say(request.model, "words");
      test.end(request.model);
    }
    await running;
    expect(test.session.vote({ kind: "best", columnId: "another" })).toBeUndefined();
    expect(test.session.runs[0]?.isRevealed).toBe(false);
    expect(test.session.vote(best)).toMatchObject({ isRevealed: true, vote: best });
    expect(test.session.vote({ kind: "tie" })).toBeUndefined();
  });

  it("takes no vote once the names are shown, or about a single answer", async () => {
    const shown = setUp();
    await answered(shown);
    shown.session.reveal();
    expect(shown.session.vote({ kind: "tie" })).toBeUndefined();

    const single = setUp();
    const running = single.session.run({ ...question, isBlind: true });
    await turn();
    single.say("a", "alone");
    for (const { request } of single.asked) single.end(request.model);
    await running;
    expect(single.session.vote({ kind: "tie" })).toBeUndefined();
  });
});
