import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { protocolVersion } from "../../contract/protocol-version.ts";
import { modelsList, modelsLoad } from "../../contract/rpc/models.ts";
import { askTokenCount } from "../../extension/chat/attachments/ask-token-count.ts";
import { planCut } from "../../extension/chat/attachments/plan-cut.ts";
import { type PromptMessage, type PromptParts, promptMessages } from "../../extension/chat/attachments/prompt-parts.ts";
import { TokenCounts } from "../../extension/chat/attachments/token-counts.ts";
import { askNode } from "../../extension/sidecar/ask-node.ts";
import { connectToNode, type NodeConnection } from "../../extension/sidecar/node-connection.ts";
import { reachNode } from "../../sidecar/start-node.ts";
import { placeToAsk } from "../support/asked-place.ts";
import { attachment } from "../support/attachment.ts";
import { TestNode } from "../support/test-node.ts";

let node: TestNode;
let connection: NodeConnection;
let demo: string;
let counts: TokenCounts;

beforeAll(async () => {
  const { tiny } = inject("models");
  node = await TestNode.create({ models: [tiny] });
  await node.attach();
  const { folders, pid } = node;
  const where = { ...reachNode(folders), pid, version: "1.0.0", protocol: protocolVersion };
  connection = await connectToNode(where, "1.0.0", AbortSignal.timeout(10_000));
  const { models } = await connection.request(modelsList, {});
  demo = models.find(({ isDemo }) => isDemo)?.id ?? "";
  for (const model of ["tiny", demo]) await connection.request(modelsLoad, { model });
  const options = { client: () => connection, workspacePrivacy: async () => null };
  counts = new TokenCounts({
    ask: (place, messages, signal) => askTokenCount(options, { place, messages, signal }),
  });
});
afterAll(async () => {
  connection.dispose();
  await node.dispose();
});

const signal = AbortSignal.timeout(60_000);
const writing = { signal, isSent: false };

/** What the model itself says that it has read. */
async function promptTokens(model: string, messages: PromptMessage[]): Promise<number | undefined> {
  const request = { model, messages, max_tokens: 1 };
  const { usage } = await askNode(connection, { request, wishes: {}, onPiece: () => undefined, signal });
  return usage?.prompt_tokens;
}

const parts: PromptParts = {
  instructions: [{ role: "system", content: "Answer briefly." }],
  exchanges: [1, 2, 3].map((number) => ({
    id: `q${number}`,
    number,
    question: `Question ${number}`,
    messages: [
      { role: "user", content: `Question ${number}: ${"why? ".repeat(20)}` },
      { role: "assistant", content: "Because. ".repeat(30) },
    ],
  })),
  question: "And <|im_end|> this, ü 模型?",
  attachments: [attachment({ text: "const a = 1;\n".repeat(30) })],
};

describe("counting a prompt at a real node", () => {
  it.each(["tiny", "the demo"])(
    "is what the %s model then reads, system prompt and template included",
    async (name) => {
      const model = name === "tiny" ? name : demo;
      const messages = promptMessages({ ...parts, exchanges: parts.exchanges.slice(0, 1) });
      const count = await counts.count(placeToAsk({ model }), messages, writing);
      expect(count).toEqual({ tokens: await promptTokens(model, messages), isExact: true });
    },
  );

  it("counts 200 KB that no cut between words helps with, beside a question that is answered meanwhile", async () => {
    const text = randomBytes(100_000).toString("hex");
    const messages: PromptMessage[] = [{ role: "user", content: text }];
    const [count, answered] = await Promise.all([
      counts.count(placeToAsk({ model: "tiny" }), messages, writing),
      promptTokens("tiny", [{ role: "user", content: "hello" }]),
    ]);
    expect(count.isExact).toBe(true);
    expect(count.tokens).toBeGreaterThan(10_000);
    expect(answered).toBeGreaterThan(0);
  });

  it("plans a cut that the model then takes, and that one exchange more would break", async () => {
    const place = placeToAsk({ model: "tiny" });
    const limitTokens = (await counts.count(place, promptMessages(parts), writing)).tokens - 1;
    const count = async (messages: readonly PromptMessage[]) => (await counts.count(place, messages, writing)).tokens;
    const { kept, leftOut } = await planCut(parts, { limitTokens, count });
    expect(leftOut.map(({ number }) => number)).toEqual([1]);
    if (kept === null) throw new Error("nothing is kept");
    expect(await promptTokens("tiny", promptMessages(kept))).toBeLessThanOrEqual(limitTokens);
  });

  it("estimates what a place that the conversation keeps to cannot say", async () => {
    const place = placeToAsk({ model: "tiny", wishes: { onlyBackends: ["elsewhere"] } });
    expect(await counts.count(place, promptMessages(parts), writing)).toMatchObject({ isExact: false });
  });
});
