import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../../../contract/mesh/privacy-label.ts";
import { chatChunk, chatWaiting } from "../../../../contract/rpc/chat.ts";
import { ChatSession } from "../../../../extension/chat/chat-session.ts";
import type { Answer, Conversation } from "../../../../extension/chat/conversation.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

interface Request {
  streamId: string;
  workspacePrivacy?: PrivacyLabel;
  request: { model: string; messages: unknown[] };
}
const result = { finishReason: "stop", usage: null, timing: { firstTokenMs: 5, totalMs: 10 }, model: "m" };

function setUp({
  stored = undefined as unknown,
  connect = undefined as (() => Promise<never>) | undefined,
  workspacePrivacy = (): Promise<PrivacyLabel | null> => Promise.resolve(null),
} = {}) {
  let kept: Conversation | undefined;
  const asked: Request[] = [];
  let settle: { resolve(value: unknown): void; reject(error: unknown): void } = Promise.withResolvers();
  const connection = new FakeNodeConnection({
    "chat/stream": (params: Request, signal) => {
      asked.push(params);
      const answer = Promise.withResolvers();
      settle = answer;
      signal?.addEventListener("abort", () => answer.reject(signal.reason));
      return answer.promise;
    },
  });
  const session = new ChatSession({
    connect: connect ?? (async () => connection),
    choiceToAsk: (chosen) => chosen ?? { model: "m" },
    nameOf: ({ model }) => `Model ${model}`,
    instructions: () => "Be brief.",
    workspacePrivacy,
    memory: {
      load: () => stored,
      save: (conversation) => {
        kept = conversation;
      },
    },
  });
  const last = (): Answer => {
    const turn = session.turns.at(-1);
    if (turn?.role !== "assistant") throw new Error("the last turn is no answer");
    return turn;
  };
  const write = (text: string): void => connection.say(chatChunk, { streamId: asked.at(-1)?.streamId, text });
  return { session, connection, asked, last, write, settle: () => settle, kept: () => kept };
}
const turn = async (): Promise<void> => {
  for (let turns = 0; turns < 10; turns++) await Promise.resolve();
};

describe("a conversation", () => {
  it("shows a question's place while a busy model answers others", async () => {
    const test = setUp();
    const sending = test.session.send("Hello");
    await turn();
    const place = (streamId: string | undefined, position: number): void =>
      test.connection.say(chatWaiting, { streamId, position, estimatedMs: null });
    place(test.asked[0]?.streamId, 2);
    place("another's", 7);
    expect(test.last()).toMatchObject({ state: "waiting", queuePosition: 2 });
    test.write("Hi");
    expect(test.last()).toMatchObject({ state: "streaming", queuePosition: null });
    test.settle().resolve(result);
    await sending;
  });

  it("streams an answer, with what came before it", async () => {
    const test = setUp();
    const sending = test.session.send("Hello");
    await turn();
    expect(test.last()).toMatchObject({ state: "waiting", modelName: "Model m" });
    test.write("Hi ");
    test.write("there");
    expect(test.last()).toMatchObject({ state: "streaming", text: "Hi there" });
    test.settle().resolve(result);
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
    const test = setUp();
    void test.session.send("Hello");
    await turn();
    test.connection.say(chatChunk, { streamId: "another", text: "no" });
    test.write("yes");
    expect(test.last().text).toBe("yes");
    expect(test.connection.sent.filter(({ method }) => method === "chat/credit")).toHaveLength(1);
  });

  it("stops at once and keeps what there is; late text changes nothing", async () => {
    const test = setUp();
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
    const test = setUp();
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
    const test = setUp({ connect });
    await test.session.send("Hello");
    expect(test.last()).toMatchObject({ state: "failed", error: { code: "workspace_not_trusted" } });
  });

  it("goes no further than the workspace allows at that moment", async () => {
    const labels: (PrivacyLabel | null)[] = ["lan", "local", null];
    const test = setUp({ workspacePrivacy: async () => labels.shift() ?? null });
    for (let question = 0; question < 3; question++) {
      const sending = test.session.send("Hello");
      await turn();
      test.settle().resolve(result);
      await sending;
    }
    expect(test.asked.map(({ workspacePrivacy }) => workspacePrivacy)).toEqual(["lan", "local", undefined]);
  });

  it("is not asked while it is not known how far it may go, and can be stopped then", async () => {
    const test = setUp({ workspacePrivacy: () => new Promise(() => undefined) });
    const sending = test.session.send("Hello");
    await turn();
    test.session.stop();
    await sending;
    expect(test.asked).toEqual([]);
    expect(test.last()).toMatchObject({ state: "stopped" });
  });

  it("takes one question at a time, and no blank one", async () => {
    const test = setUp();
    await test.session.send("  \n");
    void test.session.send("One");
    await turn();
    await test.session.send("Two");
    await test.session.retry();
    expect(test.asked).toHaveLength(1);
  });

  it("that was cleared stays cleared, whatever still arrives", async () => {
    const test = setUp();
    const sending = test.session.send("Hello");
    await turn();
    test.session.clear();
    test.write("late");
    await sending;
    expect(test.session.turns).toEqual([]);
    expect(test.kept()?.turns).toEqual([]);
  });
});

describe("the next window", () => {
  it("finds the conversation, with an answer that was cut off by the reload", async () => {
    const first = setUp();
    void first.session.send("Hello");
    await turn();
    first.write("Half");
    first.session.dispose();
    const second = setUp({ stored: JSON.parse(JSON.stringify(first.kept())) });
    expect(second.last()).toMatchObject({ state: "interrupted", text: "Half" });
  });

  it("finds it also when the first one died without a word, up to a second ago", async () => {
    const first = setUp();
    void first.session.send("Hello");
    await turn();
    first.write("Half");
    vi.advanceTimersByTime(1_000);
    expect(first.kept()?.turns.at(-1)?.text).toBe("Half");
  });

  it.each([[{ turns: 7 }], ["text"], [{ model: null, turns: [{ role: "system" }] }]])(
    "begins anew when what was kept is not a conversation",
    (stored) => expect(setUp({ stored }).session.turns).toEqual([]),
  );
});
