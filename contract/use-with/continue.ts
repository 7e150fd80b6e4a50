import type { OutsideTool, ToolPlace } from "./outside-tool.ts";
import { quoted } from "./quoting.ts";
import { agentRequest } from "./sample-request.ts";

/** Continue, in editors and as `cn` in a terminal. Both read one file. */
export const continueTool: OutsideTool = {
  id: "continue",
  label: "Continue",
  purpose: "Chat, edits and an agent in VS Code, JetBrains and the terminal, set up by one file.",
  dialect: "openai-chat",
  address: (gateway) => `${gateway}/v1`,
  needs: { contextTokens: 16_384, tools: true },
  steps: [
    "Open the file below (in Continue: the gear, then Configs), or make it. If it has models already, add this one to its list.",
    "Save it. Continue reads it at once; in a terminal start `cn`.",
  ],
  snippets: (place) => [{ file: "~/.continue/config.yaml", text: configuration(place) }],
  request: agentRequest,
};

const configuration = ({ gateway, model, contextTokens, key }: ToolPlace): string =>
  [
    "name: Inference Mesh",
    "version: 1.0.0",
    "schema: v1",
    "models:",
    `  - name: ${quoted(`${model} (mesh)`)}`,
    "    provider: openai",
    `    model: ${quoted(model)}`,
    `    apiBase: ${quoted(`${gateway}/v1`)}`,
    `    apiKey: ${quoted(key)}`,
    "    roles: [chat, edit, apply]",
    "    capabilities: [tool_use]",
    ...(contextTokens === null ? [] : ["    defaultCompletionOptions:", `      contextLength: ${contextTokens}`]),
    "",
  ].join("\n");
