import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { type AskModelOptions, askModel } from "../../../../extension/inline/ask-model.ts";
import { editMessages } from "../../../../extension/inline/edit-prompt.ts";
import type { InlineModel } from "../../../../extension/inline/inline-models.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";
import { modelSummary } from "../../../support/model-summary.ts";

const result = { finishReason: "stop", usage: null, timing: { firstTokenMs: 1, totalMs: 2 }, model: "own" };
const own: InlineModel = { choice: { model: "own" }, name: "Own", isOwn: true, contextTokens: null };
const parts = { before: "above\n".repeat(100), target: "target\n", after: "" };

function ask({
  tokens,
  contextTokens,
  ...given
}: { tokens?: number; contextTokens?: number } & Partial<AskModelOptions>) {
  const client = new FakeNodeConnection({
    "models/countTokens": ({ input }: { input: { content: string }[] }) => {
      if (tokens === undefined) throw new MeshError("backend_path_missing", { backend: "gpu", path: "/v1/tokenize" });
      return { tokens: input.map(({ content }) => content.split("above").length * tokens).reduce((a, b) => a + b) };
    },
    "models/list": () => ({ models: [modelSummary({ id: "own", contextTokens: contextTokens ?? null })] }),
    "chat/stream": () => result,
  });
  const context = { fileName: "a.js", languageId: "javascript", target: parts.target, instruction: "Do." };
  const answer = askModel({
    client,
    workspacePrivacy: "local",
    model: own,
    parts,
    contextLines: 60,
    messagesFor: (around) => editMessages({ ...context, context: around }),
    onShortened: async () => undefined,
    onText: () => undefined,
    onWaiting: () => undefined,
    signal: new AbortController().signal,
    ...given,
  });
  const sent = (method: string): unknown[] =>
    client.sent.filter((each) => each.method === method).map(({ params }) => params);
  return { answer, sent };
}

describe("a question about a place in a document", () => {
  it("goes with all of its surroundings to a model that can read them, counted under the workspace's policy", async () => {
    const { answer, sent } = ask({ tokens: 1, contextTokens: 4096 });
    expect(await answer).toEqual(result);
    expect(sent("models/countTokens")).toMatchObject([{ model: "own", workspacePrivacy: "local" }]);
    expect(JSON.stringify(sent("chat/stream")).split("above")).toHaveLength(61);
  });

  it("is shortened only with the person's consent", async () => {
    const refused = ask({
      tokens: 10,
      contextTokens: 600,
      onShortened: async () => {
        throw new MeshError("cancelled", {});
      },
    });
    await expect(refused.answer).rejects.toMatchObject({ code: "cancelled" });
    expect(refused.sent("chat/stream")).toEqual([]);
    const told: unknown[] = [];
    const agreed = ask({ tokens: 10, contextTokens: 600, onShortened: async (shortened) => void told.push(shortened) });
    await agreed.answer;
    expect(told).toMatchObject([{ contextTokens: 600 }]);
    expect(JSON.stringify(agreed.sent("chat/stream")).split("above").length).toBeLessThan(61);
  });

  it("goes uncounted to a server that cannot count", async () => {
    expect(await ask({}).answer).toEqual(result);
  });

  it("is counted and answered where the person has pinned it, and nowhere else", async () => {
    const pinned = { model: "own", onlyBackends: ["gpu"] };
    const { answer, sent } = ask({ tokens: 1, model: { ...own, choice: pinned, isOwn: false, contextTokens: 4096 } });
    expect(await answer).toEqual(result);
    expect(sent("models/countTokens")).toMatchObject([pinned]);
    expect(sent("chat/stream")).toMatchObject([{ request: { model: "own" }, onlyBackends: ["gpu"] }]);
  });

  it("takes a server's model by the context that the mesh knows of it", async () => {
    const model = { ...own, isOwn: false, contextTokens: 20 };
    await expect(ask({ tokens: 10, model }).answer).rejects.toMatchObject({ code: "context_length_exceeded" });
  });
});
