import { describe, expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { AskNode } from "../../../contract/mesh-tools/index.ts";
import { McpServer } from "../../../sidecar/mcp/mcp-server.ts";

const explanation = { asked: "auto", alias: null, strategy: "auto", privacy: "lan", ranked: [], rejected: [] };

/** Sends these lines to a server whose node answers with this, and reads what it writes. */
async function answersTo(
  lines: readonly (object | string)[],
  node: () => unknown = () => ({ explanation, error: null }),
) {
  const asked: unknown[] = [];
  const written: string[] = [];
  const ask = (async ({ method }, params) => {
    asked.push({ method, params });
    return node();
  }) as AskNode;
  const workspacePrivacy = async () => "lan" as const;
  const server = new McpServer({ ask, workspacePrivacy, version: "1.2.3", write: (line) => written.push(line) });
  for (const line of lines) await server.receive(typeof line === "string" ? line : JSON.stringify(line));
  return { asked, answers: written.map((line) => JSON.parse(line)) };
}
const question = (id: number | string, method: string, params?: object) => ({ jsonrpc: "2.0", id, method, params });

describe("the server of the Model Context Protocol", () => {
  it("introduces itself in the version that the client speaks, or in its own newest", async () => {
    const known = question(1, "initialize", { protocolVersion: "2025-06-18", capabilities: {} });
    const future = question("b", "initialize", { protocolVersion: "2099-01-01" });
    const { answers } = await answersTo([known, { jsonrpc: "2.0", method: "notifications/initialized" }, future]);
    expect(answers).toMatchObject([
      { id: 1, result: { protocolVersion: "2025-06-18", serverInfo: { name: "inference-mesh", version: "1.2.3" } } },
      { id: "b", result: { protocolVersion: "2025-11-25" } },
    ]);
  });

  it("lists its tools, all of which only look", async () => {
    const { answers } = await answersTo([question(1, "tools/list")]);
    const { tools } = answers[0].result;
    expect(tools.map(({ name }: { name: string }) => name)).toEqual(["meshStatus", "meshModels", "meshExplainRoute"]);
    for (const { annotations, inputSchema } of tools) {
      expect(annotations.readOnlyHint).toBe(true);
      expect(inputSchema.type).toBe("object");
    }
  });

  it("answers a call with data, as text too, with the limit of the folder that it is asked from", async () => {
    const call = question(1, "tools/call", {
      name: "meshExplainRoute",
      arguments: { model: "auto", privacy: "local" },
    });
    const { answers, asked } = await answersTo([call]);
    expect(asked).toEqual([
      {
        method: "routes/explain",
        params: {
          model: "auto",
          privacy: "local",
          path: "/v1/chat/completions",
          promptTokens: 100,
          workspacePrivacy: "lan",
        },
      },
    ]);
    const { content, structuredContent, isError } = answers[0].result;
    expect(isError).toBe(false);
    expect(JSON.parse(content[0].text)).toEqual(structuredContent);
  });

  it("tells the assistant why a tool could not, with what to do", async () => {
    const node = () => {
      throw new MeshError("node_not_running", {});
    };
    const { answers } = await answersTo([question(1, "tools/call", { name: "meshStatus" })], node);
    expect(answers[0].result.isError).toBe(true);
    expect(answers[0].result.content[0].text).toBe(
      `${new MeshError("node_not_running", {}).message} ${new MeshError("node_not_running", {}).nextStep}`,
    );
  });

  it("refuses what it does not have, and goes on", async () => {
    const { answers, asked } = await answersTo([
      "{broken",
      "[]",
      question(1, "resources/list"),
      question(2, "tools/call", { name: "constructor" }),
      question(3, "tools/call", { name: "meshExplainRoute", arguments: { model: 3 } }),
      question(4, "ping"),
    ]);
    expect(answers.map(({ id, error, result }) => [id, error?.code ?? result])).toEqual([
      [null, -32700],
      [null, -32600],
      [1, -32601],
      [2, -32602],
      [3, -32602],
      [4, {}],
    ]);
    expect(asked).toEqual([]);
  });
});
