import type { OutsideTool } from "./outside-tool.ts";
import { shellWord } from "./quoting.ts";
import { agentRequest } from "./sample-request.ts";

/** Cline, in editors and as `cline` in a terminal. */
export const clineTool: OutsideTool = {
  id: "cline",
  label: "Cline",
  purpose: "An agent that plans and edits in your workspace, in VS Code and the terminal.",
  dialect: "openai-chat",
  address: (gateway) => `${gateway}/v1`,
  needs: { contextTokens: 32_768, tools: true },
  steps: [
    "In the editor: open Cline's settings (the gear) and choose `OpenAI Compatible` as the API provider.",
    "Enter `{address}` as the base URL, the key as the API key, and `{model}` as the model.",
    "In a terminal instead: run the command below once, then `cline`. Your shell may remember the key with the command; a key of its own can be revoked.",
  ],
  snippets: ({ gateway, model, key, shell }) => [
    {
      file: null,
      text: [
        "cline auth -p openai-compatible",
        `-b ${shellWord(`${gateway}/v1`, shell)}`,
        `-m ${shellWord(model, shell)}`,
        `-k ${shellWord(key, shell)}`,
      ].join(" "),
    },
  ],
  request: agentRequest,
};
