import type { OutsideTool } from "./outside-tool.ts";
import { setVariables } from "./quoting.ts";
import { chatRequest } from "./sample-request.ts";

/** Open WebUI, a web page for chats with all models of a mesh. */
export const openWebuiTool: OutsideTool = {
  id: "open-webui",
  label: "Open WebUI",
  purpose: "A chat in the browser for a household or a team, with all models of the mesh in its list.",
  dialect: "openai-chat",
  address: (gateway) => `${gateway}/v1`,
  needs: { contextTokens: 4096, tools: false },
  steps: [
    "One that is running: Admin Panel, Settings, Connections, then + beside OpenAI API. Enter `{address}` and the key, and save.",
    "A new one: paste the lines below into a terminal of this machine.",
    "In a container this machine's 127.0.0.1 is another one: start it with `--network=host`.",
  ],
  snippets: ({ gateway, key, shell }) => [
    {
      file: null,
      text: [
        setVariables({ OPENAI_API_BASE_URL: `${gateway}/v1`, OPENAI_API_KEY: key, ENABLE_OLLAMA_API: "false" }, shell),
        "open-webui serve",
      ].join("\n"),
    },
  ],
  request: (model) => chatRequest(model, { stream_options: { include_usage: true } }),
};
