import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { chatNotice, errorNotice } from "../../../../extension/chat/chat-notice.ts";
import { newAnswer, type Question, toMessages } from "../../../../extension/chat/conversation.ts";
import { viewTurn } from "../../../../extension/chat/view-turn.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { modelSummary } from "../../../support/model-summary.ts";
import { english } from "../../../support/translate.ts";

function readyStore(...models: Parameters<typeof modelSummary>[0][]): MeshStore {
  const store = new MeshStore();
  store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
  store.setModels(models.map(modelSummary));
  return store;
}

describe("the notice", () => {
  it("is there in every state in which nothing can be asked, with a way on", () => {
    const error = new MeshError("configuration_invalid", { path: "/c", problem: "x" });
    const store = new MeshStore();
    const buttons: Record<string, string | undefined> = {};
    for (const state of [
      { kind: "notStarted" },
      { kind: "restricted" },
      { kind: "starting", isAgain: false },
      { kind: "stopped" },
      { kind: "crashed", error },
      { kind: "failed", error },
    ] as const) {
      store.setNodeState(state);
      buttons[state.kind] = chatNotice(store, english)?.button?.action;
    }
    expect(buttons).toEqual({
      notStarted: "startNode",
      restricted: "manageTrust",
      starting: undefined,
      stopped: "startNode",
      crashed: "startNode",
      failed: "openConfiguration",
    });
    expect(chatNotice(readyStore(), english)?.button?.action).toBe("downloadModel");
    expect(chatNotice(readyStore({ id: "m" }), english)).toBeNull();
  });

  it("of a lost node leaves the way on to the view's own Retry", () => {
    const notice = errorNotice(new MeshError("node_lost", {}), english);
    expect(notice).toMatchObject({ isError: true, button: null });
    expect(notice.message).toMatch(/stopped before/);
  });
});

const alone = { siblings: null, continuation: null };

describe("an answer's figures", () => {
  const measured = { ...newAnswer("1", null), state: "done" as const, firstTokenMs: 240, totalMs: 2_240 };
  const figures = (part: object): string => {
    const turn = viewTurn({ ...measured, ...part }, alone, english);
    return turn.role === "assistant" ? turn.figures : "";
  };

  it("are the time to the first token and the speed after it", () => {
    expect(figures({ completionTokens: 41 })).toBe("240 ms to first token · 20 tokens/s · 41 tokens");
    expect(figures({ completionTokens: 1 })).toBe("240 ms to first token · 1 token");
  });

  it("are the place in the queue while the model is busy", () => {
    const words = figures({ state: "waiting", firstTokenMs: null, queuePosition: 3 });
    expect(words).toBe("The model is busy: number 3 in the queue");
  });

  it("leave out what was not reported, and never divide by nothing", () => {
    expect(figures({ completionTokens: null })).toBe("240 ms to first token");
    expect(figures({ completionTokens: 5, totalMs: 240 })).toBe("240 ms to first token · 5 tokens");
    expect(figures({ firstTokenMs: null })).toBe("");
  });

  it("stand below a name that is drawn as one harmless line", () => {
    const turn = viewTurn({ ...measured, modelName: `<img onerror=x>\u202e${"x".repeat(9_000)}` }, alone, english);
    expect(turn.role === "assistant" && turn.model.length).toBeLessThanOrEqual(60);
  });
});

const question = (id: string, text: string): Question => ({
  id,
  parentId: null,
  role: "user",
  text,
  attachments: [],
  leftOut: [],
});

describe("the messages of a conversation", () => {
  it("leave out questions that got no word of an answer, so that roles take turns", () => {
    const failed = { ...newAnswer("2", "1"), state: "failed" as const };
    const messages = toMessages([question("1", "a"), failed, question("3", "b")], "");
    expect(messages).toEqual([{ role: "user", content: "b" }]);
  });
});
