import * as vscode from "vscode";
import { mcpProviderId } from "./declarations.ts";

export interface McpServerOptions {
  /** The built command-line program, `dist/sidecar/cli.mjs`. */
  readonly program: string;
  readonly label: string;
  readonly version: string;
}

/** Tells the editor of the node's tools by the Model Context Protocol, for assistants that take no others. */
export function registerMcpServer({ program, label, version }: McpServerOptions): vscode.Disposable {
  // Forks of the editor have the rest of this interface without this part.
  if (typeof vscode.lm.registerMcpServerDefinitionProvider !== "function")
    return new vscode.Disposable(() => undefined);
  // The editor's own Node.js, without the flags and debuggers of the extension host.
  const env = { ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" };
  return vscode.lm.registerMcpServerDefinitionProvider(mcpProviderId, {
    provideMcpServerDefinitions: () => [
      new vscode.McpStdioServerDefinition(label, process.execPath, [program, "mcp"], env, version),
    ],
  });
}
