import { describe, expect, it } from "vitest";
import { type ChatPiece, chatChunk } from "../../../../contract/rpc/chat.ts";
import { answerEditor } from "../../../../extension/native/answer-editor.ts";
import type { ToolPlan } from "../../../../extension/native/tool-plan.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";
import { offeredModel } from "../../../support/offered-model.ts";

const noTools: ToolPlan = { fields: {}, instructions: null, wholeAnswerCalls: null };
const result = { finishReason: "stop", usage: null, timing: { firstTokenMs: 1, totalMs: 2 }, model: "m" };

interface Wish {
  readonly pieces: readonly ChatPiece[];
  readonly plan?: ToolPlan;
  readonly model?: Parameters<typeof offeredModel>[0];
}

/** Asks a node that answers with these pieces. */
async function ask({ pieces, plan = noTools, model = {} }: Wish) {
  const told: unknown[] = [];
  const node = new FakeNodeConnection({
    "chat/stream": ({ streamId }: { streamId: string }) => {
      // Another answer on the same connection.
      node.say(chatChunk, { streamId: "another", text: "not mine", toolCalls: [{ index: 0, arguments: "!" }] });
      for (const piece of pieces) node.say(chatChunk, { streamId, ...piece });
      return result;
    },
  });
  const question = {
    model: offeredModel(model),
    messages: [{ role: "user" as const, content: "hello" }],
    plan,
    options: { temperature: 0 },
    workspacePrivacy: "lan" as const,
  };
  await answerEditor(node, question, {
    text: (text) => told.push(text),
    call: (call) => told.push(call),
    newId: () => "new",
    signal: new AbortController().signal,
  });
  return { told, asked: node.sent[0]?.params };
}

describe("an answer for the editor", () => {
  it("tells text as it comes and calls when they are whole, and nothing of other answers", async () => {
    const { told } = await ask({
      pieces: [
        { text: "One " },
        { text: "moment.", reasoning: "hm", toolCalls: [{ index: 0, id: "c", name: "go", arguments: '{"to":' }] },
        {
          text: "",
          toolCalls: [
            { index: 0, arguments: '"Oslo"}' },
            { index: 1, name: "stop", arguments: "" },
          ],
        },
      ],
    });
    expect(told).toEqual([
      "One ",
      "moment.",
      { id: "c", name: "go", input: { to: "Oslo" } },
      { id: "new", name: "stop", input: {} },
    ]);
  });

  it("is a call as a whole where the plan says so", async () => {
    const plan = { ...noTools, instructions: "Answer with JSON.", wholeAnswerCalls: "edit" };
    const { told, asked } = await ask({ plan, pieces: [{ text: '{"a"' }, { text: ":1}" }] });
    expect(told).toEqual([{ id: "new", name: "edit", input: { a: 1 } }]);
    expect(asked).toMatchObject({ request: { messages: [{ role: "system", content: "Answer with JSON." }, {}] } });
  });

  it("is refused when a call's arguments are no JSON object, without quoting them", async () => {
    for (const text of ["{broken", "[]", "3"]) {
      const pieces = [{ text: "", toolCalls: [{ index: 0, name: "go", arguments: text }] }];
      await expect(ask({ pieces })).rejects.toMatchObject({ code: "call_arguments_invalid", params: { model: "m" } });
    }
  });

  it("takes the wishes of a model that stands for others, and the workspace's limit, along", async () => {
    const model = { model: "auto", strategy: "least-latency", privacy: "local" } as const;
    const { asked } = await ask({ model, pieces: [] });
    expect(asked).toMatchObject({
      request: { model: "auto", temperature: 0 },
      strategy: "least-latency",
      privacy: "local",
      workspacePrivacy: "lan",
    });
  });
});
