import * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import {
  type AskNode,
  askMeshTool,
  type MeshToolName,
  meshTools,
  toolInputSchema,
} from "../../contract/mesh-tools/index.ts";
import { type RpcMessage, readMessage, rpcErrors } from "./json-rpc-lines.ts";

export interface McpServerOptions {
  readonly ask: AskNode;
  /** How far the folder that the assistant works in lets a prompt travel; undefined when it says nothing. */
  readonly workspacePrivacy: () => Promise<PrivacyLabel | undefined>;
  readonly version: string;
  /** Writes one line, without its end. */
  readonly write: (line: string) => void;
}

/** The revisions of the protocol whose part used here is the same, newest first. Source: modelcontextprotocol.io. */
const protocolVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

const initializeSchema = z.object({ protocolVersion: z.string() });
const callSchema = z.object({ name: z.string(), arguments: z.unknown().optional() });

/** Refuses a question in the protocol's own numbers. */
class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The mesh's tools by the Model Context Protocol: one JSON-RPC message a line. Every tool looks only, and nothing else of the
 * protocol is offered. What a tool cannot do is its answer, so that an assistant reads why; what is no question is an error.
 */
export class McpServer {
  readonly #options: McpServerOptions;

  constructor(options: McpServerOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async receive(line: string): Promise<void> {
    if (line.trim() === "") return;
    const message = readMessage(line);
    if ("problem" in message) {
      this.#send(null, { error: { code: message.problem, message: "This is no message of JSON-RPC 2.0." } });
      return;
    }
    // Notifications: nothing here waits for one.
    if (message.id === undefined) return;
    try {
      this.#send(message.id, { result: await this.#answer(message) });
    } catch (error) {
      const known =
        error instanceof Refusal ? error : new Refusal(rpcErrors.invalidParams, "The parameters are not valid.");
      this.#send(message.id, { error: { code: known.code, message: known.message } });
    }
  }

  async #answer({ method, params }: RpcMessage): Promise<object> {
    switch (method) {
      case "initialize":
        return this.#introduce(initializeSchema.parse(params).protocolVersion);
      case "ping":
        return {};
      case "tools/list":
        return { tools: listTools() };
      case "tools/call":
        return await this.#call(callSchema.parse(params));
      default:
        throw new Refusal(rpcErrors.noMethod, "This server has tools, and nothing else.");
    }
  }

  #introduce(wanted: string): object {
    const { version } = this.#options;
    return {
      protocolVersion: protocolVersions.find((each) => each === wanted) ?? protocolVersions[0],
      capabilities: { tools: {} },
      serverInfo: { name: "inference-mesh", title: "Inference Mesh", version },
    };
  }

  async #call({ name, arguments: input }: z.infer<typeof callSchema>): Promise<object> {
    if (!Object.hasOwn(meshTools, name)) throw new Refusal(rpcErrors.invalidParams, "There is no such tool.");
    const { ask, workspacePrivacy } = this.#options;
    try {
      const answer = await askMeshTool(ask, name as MeshToolName, input, await workspacePrivacy());
      return { content: [{ type: "text", text: JSON.stringify(answer) }], structuredContent: answer, isError: false };
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      return { content: [{ type: "text", text: `${error.message} ${error.nextStep}` }], isError: true };
    }
  }

  #send(id: RpcMessage["id"] | null, outcome: object): void {
    this.#options.write(JSON.stringify({ jsonrpc: "2.0", id, ...outcome }));
  }
}

const listTools = (): object[] =>
  (Object.keys(meshTools) as MeshToolName[]).map((name) => ({
    name,
    title: meshTools[name].title,
    description: meshTools[name].description,
    inputSchema: toolInputSchema(name),
    annotations: { readOnlyHint: true, openWorldHint: false },
  }));
