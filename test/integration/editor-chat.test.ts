import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { ChatRequest } from "../../contract/openai/chat.ts";
import { protocolVersion } from "../../contract/protocol-version.ts";
import { answerEditor } from "../../extension/native/answer-editor.ts";
import type { CollectedCall } from "../../extension/native/collected-calls.ts";
import { pinEdit } from "../../extension/native/pinned-edit.ts";
import { editTool, planTools } from "../../extension/native/tool-plan.ts";
import { connectToNode, type NodeConnection } from "../../extension/sidecar/node-connection.ts";
import { reachNode } from "../../sidecar/start-node.ts";
import { offeredModel } from "../support/offered-model.ts";
import { eventually, TestNode } from "../support/test-node.ts";

let node: TestNode;
let connection: NodeConnection;

beforeAll(async () => {
  const { tiny, slow } = inject("models");
  node = await TestNode.create({ models: [tiny, slow] });
  await node.attach();
  connection = await connectToNode(whereIs(node), "1.0.0", AbortSignal.timeout(10_000));
});
afterAll(async () => {
  connection.dispose();
  await node.dispose();
});

function whereIs({ folders, pid }: TestNode) {
  return { ...reachNode(folders), pid, version: "1.0.0", protocol: protocolVersion };
}

const property = { type: "string" };
/** As VS Code 1.139 sends it with an inline chat: this tool and no other. */
const edit = {
  name: editTool,
  description: "Replaces a text in a file.",
  inputSchema: {
    type: "object",
    properties: { filePath: property, oldString: property, newString: { ...property, maxLength: 40 } },
    required: ["filePath", "oldString", "newString"],
  },
};
const greet = { path: "/w/greet.js", text: "function greet(name) {\n  return name;\n}\n", firstLine: 1, lastLine: 1 };

interface Asked {
  readonly model: string;
  readonly prompt: string;
  readonly tools?: Parameters<typeof planTools>[0]["tools"];
  readonly options?: Partial<ChatRequest>;
  readonly onText?: (text: string) => void;
  readonly signal?: AbortSignal;
}

async function ask({ model: id, prompt, tools, options = { max_tokens: 400 }, onText, signal }: Asked) {
  const model = offeredModel({ model: id, isOwn: true });
  const calls: CollectedCall[] = [];
  const texts: string[] = [];
  const question = {
    model,
    messages: [{ role: "user" as const, content: prompt }],
    plan: planTools({ tools, mustCall: false, hasResult: false }, model),
    options,
    workspacePrivacy: null,
  };
  await answerEditor(connection, question, {
    text: (text) => {
      texts.push(text);
      onText?.(text);
    },
    call: (call) => calls.push(call),
    newId: randomUUID,
    signal: signal ?? AbortSignal.timeout(60_000),
  });
  return { calls, texts };
}

describe("the editor's own chat at a real node", () => {
  it("gets a valid call of the edit tool from a random model that knows no functions, at the selected lines", async () => {
    const prompt = `Edit ${greet.path}`;
    const { calls, texts } = await ask({ model: "tiny", prompt, tools: [pinEdit(edit, greet, prompt) ?? edit] });
    expect(texts).toEqual([]);
    expect(calls).toEqual([
      {
        id: expect.any(String),
        name: editTool,
        input: { filePath: greet.path, oldString: "  return name;", newString: expect.any(String) },
      },
    ]);
  });

  it("gets text where no call must be made", async () => {
    const { calls, texts } = await ask({ model: "tiny", prompt: "hello", tools: [edit, { ...edit, name: "other" }] });
    expect(calls).toEqual([]);
    expect(texts.join("").length).toBeGreaterThan(0);
  });

  it("keeps answers at the same time apart", async () => {
    const alone = await ask({ model: "tiny", prompt: "one", options: { temperature: 0, max_tokens: 60 } });
    const [again] = await Promise.all([
      ask({ model: "tiny", prompt: "one", options: { temperature: 0, max_tokens: 60 } }),
      ask({ model: "tiny", prompt: "two", tools: [edit] }),
    ]);
    expect(again.texts.join("")).toBe(alone.texts.join(""));
    expect(again.calls).toEqual([]);
  });

  it("stops the engine when the editor cancels", async () => {
    const abort = new AbortController();
    const answer = ask({
      model: "slow",
      prompt: "hello",
      options: { max_tokens: 3500 },
      onText: () => abort.abort(),
      signal: abort.signal,
    });
    await expect(answer).rejects.toBeDefined();
    expect(await eventually(async () => (await node.status()).openRequests === 0)).toBe(true);
  });
});

describe("inference-mesh mcp", () => {
  it("answers an assistant over its standard input and output, and ends with the input", async () => {
    const child = node.spawnCli(["mcp"]);
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new Error("the program has no pipes");
    const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    const call = async (id: number, method: string, params: object): Promise<Record<string, never>> => {
      stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
      return JSON.parse((await lines.next()).value ?? "");
    };
    const ended = new Promise((resolve) => child.once("exit", resolve));
    expect(await call(1, "initialize", { protocolVersion: "2025-06-18" })).toMatchObject({ id: 1 });
    await node.cli("aliases", "set", "quick", "now=tiny", "--fallback", "other");
    expect(await call(2, "tools/call", { name: "meshModels", arguments: {} })).toMatchObject({
      result: {
        isError: false,
        structuredContent: {
          models: expect.arrayContaining([expect.objectContaining({ model: "tiny" })]),
          aliases: [{ name: "quick", models: ["tiny", "other"] }],
        },
      },
    });
    expect(await call(3, "tools/call", { name: "meshStatus" })).toMatchObject({
      result: { structuredContent: { backends: [expect.objectContaining({ health: expect.any(String) })] } },
    });
    expect(await call(4, "tools/call", { name: "meshExplainRoute", arguments: { model: "tiny" } })).toMatchObject({
      result: { structuredContent: { explanation: { ranked: [expect.objectContaining({ model: "tiny" })] } } },
    });
    stdin.end();
    expect(await ended).toBe(0);
  });
});
