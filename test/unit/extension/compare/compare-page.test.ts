import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { chatChunk } from "../../../../contract/rpc/chat.ts";
import { type FromCompareView, type ToCompareView, toCompareViewSchema } from "../../../../contract/webview/compare.ts";
import type { Contender } from "../../../../contract/webview/compare-setup.ts";
import { ComparePage } from "../../../../extension/compare/compare-page.ts";
import { CompareSession } from "../../../../extension/compare/compare-session.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { Emitter } from "../../../../extension/platform/emitter.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";
import { modelSummary } from "../../../support/model-summary.ts";
import { topologyNode } from "../../../support/topology-node.ts";
import { english } from "../../../support/translate.ts";
import { WindowLog } from "../../../support/window-log.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const question = {
  prompt: "Why?",
  instructions: "",
  parameters: { temperature: 0, maxTokens: 64, seed: 42 },
  isInTurn: false,
  isBlind: false,
};
const mini: Contender = { model: "mini" };
const big: Contender = { model: "big" };

/** This machine with one model, and a server with another one. */
function mesh(): MeshStore {
  const store = new MeshStore();
  store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
  store.topology.reset({
    revision: 1,
    nodes: [
      topologyNode({ id: "e", kind: "backend", backendId: "local-engine", backendKind: "local-engine" }),
      topologyNode({ id: "g", kind: "backend", backendId: "gpu", label: "gpu box", url: "http://gpu" }),
      topologyNode({ id: "e/m", kind: "model", backendId: "local-engine", modelId: "mini", label: "Mini" }),
      topologyNode({ id: "g/b", kind: "model", backendId: "gpu", modelId: "big", label: "Big" }),
    ],
    edges: [
      { id: "1", from: "e", to: "e/m" },
      { id: "2", from: "g", to: "g/b" },
    ],
  });
  store.setModels([modelSummary({ id: "mini", displayName: "Mini" })]);
  return store;
}

function setUp({ stored = undefined as unknown, confirms = true } = {}) {
  const streams: { streamId: string; model: string; answer: PromiseWithResolvers<unknown> }[] = [];
  const connection = new FakeNodeConnection({
    "chat/stream": ({ streamId, request }: { streamId: string; request: { model: string } }) => {
      const answer = Promise.withResolvers<unknown>();
      streams.push({ streamId, model: request.model, answer });
      return answer.promise;
    },
  });
  const store = mesh();
  const options = {
    connect: async () => connection,
    workspacePrivacy: async () => null,
    random: () => 0,
    toAsk: (each: Contender) => each,
  };
  const session = new CompareSession(options);
  const incoming = new Emitter<unknown>();
  const sent: ToCompareView[] = [];
  const done: string[] = [];
  let kept = stored;
  const log = new WindowLog();
  const port = {
    onDidReceiveMessage: incoming.event,
    postMessage: async (message: unknown) => sent.push(toCompareViewSchema.parse(message)) > 0,
  };
  const page = new ComparePage(port, {
    session,
    store,
    memory: {
      load: () => kept,
      save: (tally) => {
        kept = tally;
      },
    },
    editor: {
      language: "en",
      instructions: () => "From the settings.",
      copy: async (text) => void done.push(`copy ${text}`),
      act: async (action) => void done.push(`act ${action}`),
      pickContenders: async () => [mini, big],
      save: async (content, format) => void done.push(`save ${format} ${content.length > 0}`),
      confirmsReset: async (votes) => done.push(`reset ${votes}`) > 0 && confirms,
    },
    t: english,
    log,
  });
  const say = (message: FromCompareView): void => incoming.fire(message);
  const write = (model: string, text: string): void => {
    const streamId = streams.findLast((stream) => stream.model === model)?.streamId;
    connection.say(chatChunk, { streamId, text });
  };
  const finish = (model: string, tokensPerSecond = 10): void =>
    streams
      .findLast((stream) => stream.model === model)
      ?.answer.resolve({
        finishReason: "stop",
        usage: { prompt_tokens: 1, completion_tokens: tokensPerSecond + 1, total_tokens: 0 },
        timing: { firstTokenMs: 50, totalMs: 1050 },
        model,
      });
  const fail = (model: string, error: MeshError): void =>
    streams.findLast((stream) => stream.model === model)?.answer.reject(error);
  const updates = () => sent.filter((message) => message.type === "update");
  return { page, session, store, sent, done, log, incoming, say, write, finish, fail, updates, kept: () => kept };
}
type Test = ReturnType<typeof setUp>;

const settle = async (ms = 100): Promise<void> => {
  for (let turns = 0; turns < 20; turns++) await Promise.resolve();
  await vi.advanceTimersByTimeAsync(ms);
};

/** What the page would show now. */
function shown({ updates }: Test) {
  let columns: Extract<ToCompareView, { type: "update" }>["columns"] = [];
  let last: Partial<Extract<ToCompareView, { type: "update" }>> = {};
  for (const update of updates()) {
    last = { ...last, ...update };
    if (update.isReset) columns = [];
    for (const column of update.columns) {
      const at = columns.findIndex(({ id }) => id === column.id);
      columns = at === -1 ? [...columns, column] : columns.with(at, column);
    }
    for (const { columnId, text, reasoning } of update.appended) {
      columns = columns.map((each) =>
        each.id === columnId ? { ...each, text: each.text + text, reasoning: each.reasoning + reasoning } : each,
      );
    }
  }
  return { ...last, columns };
}

async function start(test: Test, part: Partial<typeof question> = {}): Promise<void> {
  test.say({ type: "ready", contenders: [mini, big] });
  test.say({ type: "run", question: { ...question, ...part } });
  await settle();
}

describe("the page that compares", () => {
  it("gets at most one message a frame, however many pieces arrive", async () => {
    const test = setUp();
    await start(test);
    const before = test.sent.length;
    for (let ms = 0; ms < 320; ms++) {
      for (let piece = 0; piece < 10; piece++) test.write(piece % 2 === 0 ? "mini" : "big", "x");
      await vi.advanceTimersByTimeAsync(1);
    }
    await settle(16);
    expect(test.sent.length - before).toBeLessThanOrEqual(21);
    expect(shown(test).columns.map(({ text }) => text.length)).toEqual([1600, 1600]);
    // Each carries the new words alone.
    const words = test
      .updates()
      .slice(1)
      .flatMap(({ columns }) => columns.map(({ text }) => text.length));
    expect(Math.max(...words)).toBeLessThan(200);
  });

  it("is silent while it is hidden, and whole when it is back", async () => {
    const test = setUp();
    await start(test);
    test.page.setVisible(false);
    const before = test.sent.length;
    test.write("mini", "written behind its back");
    await settle();
    expect(test.sent).toHaveLength(before);
    test.say({ type: "ready", contenders: [] });
    expect(test.updates().at(-1)).toMatchObject({ isReset: true, run: { prompt: "Why?" } });
    expect(shown(test).columns[0]?.text).toBe("written behind its back");
  });

  it("names each column and its place, and marks the best figures", async () => {
    const test = setUp();
    await start(test);
    test.finish("mini", 10);
    test.finish("big", 40);
    await settle();
    const { columns, run, contenders } = shown(test);
    expect(columns.map(({ title, detail }) => `${title} @ ${detail}`)).toEqual([
      "Mini @ This machine",
      "Big @ gpu box",
    ]);
    expect(columns[1]?.figures).toEqual([
      { name: "First token", value: "50 ms", isBest: true },
      { name: "Tokens/s", value: "40", isBest: true },
      { name: "Tokens", value: "41", isBest: false },
      { name: "Total", value: "1.1 s", isBest: false },
    ]);
    expect(columns[0]?.figures[1]).toMatchObject({ value: "10", isBest: false });
    expect(run?.settings).toBe("seed 42 · temperature 0 · at most 64 tokens · at the same time");
    expect(contenders?.map(({ label }) => label)).toEqual(["Mini", "Big"]);
  });

  it("tells what went wrong in one column, with what to do, and lets the others go on", async () => {
    const test = setUp();
    await start(test);
    test.fail("mini", new MeshError("node_not_running", {}));
    test.write("big", "still here");
    await settle();
    const [failed, other] = shown(test).columns;
    expect(failed?.failure).toMatchObject({ isError: true, button: { action: "startNode" } });
    expect(failed?.failure?.nextStep).not.toBe("");
    expect(other).toMatchObject({ state: "streaming", text: "still here" });
  });

  it("says nothing about who answers while it is blind, not even in an error", async () => {
    const test = setUp();
    await start(test, { isBlind: true });
    test.write("big", "words");
    test.finish("big");
    test.fail("mini", new MeshError("unknown_model", { model: "mini", available: ["big"] }));
    await settle();
    const { columns, run } = shown(test);
    expect(columns.map(({ title }) => title)).toEqual(["Answer A", "Answer B"]);
    expect(JSON.stringify(columns)).not.toMatch(/mini|big|gpu|machine|ms"/i);
    expect(run).toMatchObject({ blind: "early", isRunning: false });
    test.say({ type: "reveal" });
    await settle();
    expect(shown(test).run).toMatchObject({ blind: "revealed", outcome: "" });
    expect(JSON.stringify(shown(test).columns)).toMatch(/Answer A: Big.*gpu box/);
    expect(test.kept()).toBeUndefined();
  });

  it("counts a blind vote, names everybody, and keeps names and numbers alone", async () => {
    const test = setUp();
    await start(test, { isBlind: true, prompt: "a secret prompt" });
    for (const model of ["mini", "big"]) {
      test.write(model, "a secret answer");
      test.finish(model);
    }
    await settle();
    expect(shown(test).run?.blind).toBe("open");
    // Shuffled by a chance of 0: the second comes first.
    const [first] = shown(test).columns;
    test.say({ type: "vote", vote: { kind: "best", columnId: first?.id ?? "" } });
    await settle();
    expect(shown(test).run).toMatchObject({ blind: "revealed", outcome: "Your vote: Answer A is the best." });
    expect(shown(test).columns[0]).toMatchObject({ title: "Answer A: Big", isWinner: true });
    expect(shown(test).tally).toMatchObject({
      votes: 1,
      contenders: [
        { name: "Big · gpu box", wins: 1, losses: 0 },
        { name: "Mini · This machine", wins: 0, losses: 1 },
      ],
    });
    expect(JSON.stringify(test.kept())).not.toContain("secret");
    test.say({ type: "vote", vote: { kind: "tie" } });
    await settle();
    expect(shown(test).tally?.votes).toBe(1);
  });

  it("forgets the votes only when a person confirms that", async () => {
    const stored = { format: 1, votes: 3, contenders: [], pairs: [] };
    const doubtful = setUp({ stored, confirms: false });
    await start(doubtful);
    doubtful.say({ type: "resetTally" });
    await settle();
    expect(doubtful.kept()).toBe(stored);
    const sure = setUp({ stored });
    await start(sure);
    sure.say({ type: "resetTally" });
    await settle();
    expect(sure.done).toContain("reset 3");
    expect(shown(sure).tally?.votes).toBe(0);
  });

  it("takes over whom an earlier window compared, but not against what was chosen in this one", async () => {
    const test = setUp();
    test.say({ type: "ready", contenders: [mini, big] });
    expect(test.session.contenders).toEqual([mini, big]);
    test.say({ type: "ready", contenders: [{ model: "other" }, { model: "another" }] });
    expect(test.session.contenders).toEqual([mini, big]);
  });

  it("keeps the name of a model that has gone", async () => {
    const test = setUp();
    test.say({ type: "ready", contenders: [{ model: "gone", onlyBackends: ["away"] }, big] });
    expect(shown(test).contenders?.map(({ label, detail }) => `${label} @ ${detail}`)).toEqual([
      "gone @ away",
      "Big @ gpu box",
    ]);
  });

  it("says why nothing can be run, until it can", async () => {
    const test = setUp();
    test.say({ type: "ready", contenders: [] });
    expect(shown(test).notice).toBeNull();
    test.store.setNodeState({ kind: "stopped" });
    await settle();
    expect(shown(test).notice).toMatchObject({
      nextStep: "Start it to compare models.",
      button: { action: "startNode" },
    });
  });

  it("hands on what it is asked for, once it is there", async () => {
    const test = setUp();
    test.page.tell({ type: "showTally" });
    await test.page.pickModels();
    expect(test.sent).toEqual([]);
    test.say({ type: "ready", contenders: [] });
    expect(test.sent.map(({ type }) => type)).toEqual(["hello", "update", "showTally", "focus"]);
    test.say({ type: "copy", text: "an answer" });
    test.say({ type: "act", action: "showLog" });
    test.say({ type: "exportTally", format: "csv" });
    await settle();
    expect(test.done).toEqual(["copy an answer", "act showLog", "save csv true"]);
  });

  it.each([
    { type: "run", question: { ...question, prompt: "" } },
    { type: "run", question, command: "x" },
    { type: "vote", vote: { kind: "best", columnId: "x".repeat(65) } },
    { type: "ready", contenders: [mini, mini, mini, mini, mini] },
    { type: "act", action: "workbench.action.quit" },
    "stop",
  ])("refuses %j", (message) => {
    const test = setUp();
    test.incoming.fire(message);
    expect([test.sent, test.session.runs]).toEqual([[], []]);
    expect(test.log.lines).toHaveLength(1);
  });
});
