import type { OutsideTool, ToolPlace } from "./outside-tool.ts";
import { quoted, setVariables, shellWord } from "./quoting.ts";
import { chatRequest } from "./sample-request.ts";

const keyVariable = "INFERENCE_MESH_KEY";

/** curl, for scripts and to see what an answer looks like. */
export const curlTool: OutsideTool = {
  id: "curl",
  label: "curl",
  purpose: "One request from a terminal or a script, and every byte of the answer.",
  dialect: "openai-chat",
  address: (gateway) => `${gateway}/v1`,
  needs: { contextTokens: 0, tools: false },
  steps: ["Paste the lines below into a terminal. The key goes through a pipe, so that no list of processes shows it."],
  snippets: (place) => [
    { file: null, text: `${setVariables({ [keyVariable]: place.key }, place.shell)}\n${command(place)}` },
  ],
  request: (model) => chatRequest(model),
};

function command({ gateway, model, shell }: ToolPlace): string {
  const body = `{"model": ${quoted(model)}, "stream": true, "messages": [{"role": "user", "content": "Hello"}]}`;
  const rest = [
    shellWord(`${gateway}/v1/chat/completions`, shell),
    "-H '@-'",
    `-H ${shellWord("Content-Type: application/json", shell)}`,
    `-d ${shellWord(body, shell)}`,
  ].join(" ");
  if (shell === "powershell") return `"Authorization: Bearer $env:${keyVariable}" | curl.exe -N ${rest}`;
  return `printf 'Authorization: Bearer %s' "$${keyVariable}" | curl -N ${rest}`;
}
