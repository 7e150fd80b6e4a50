import type { OutsideTool, ToolPlace } from "./outside-tool.ts";
import { quoted, setVariables } from "./quoting.ts";
import { sampleFunction, sampleQuestion, sampleTokens } from "./sample-request.ts";

const keyVariable = "INFERENCE_MESH_KEY";

/** Codex, which speaks OpenAI's Responses API and nothing else. */
export const codexTool: OutsideTool = {
  id: "codex",
  label: "Codex",
  purpose: "OpenAI's coding agent in the terminal, answered by a model of your own.",
  dialect: "openai-responses",
  address: (gateway) => `${gateway}/v1`,
  needs: { contextTokens: 32_768, tools: true },
  steps: [
    "Put the first text into the file that it names. Settings that you have there already go below its first lines.",
    "Paste the second into a terminal, and start `codex` there.",
  ],
  snippets: (place) => [
    { file: "~/.codex/config.toml", text: configuration(place) },
    { file: null, text: setVariables({ [keyVariable]: place.key }, place.shell) },
  ],
  request: (model) => ({
    path: "/v1/responses",
    headers: {},
    body: {
      model,
      instructions: "You are a coding agent. Answer briefly.",
      input: [{ type: "message", role: "user", content: [{ type: "input_text", text: sampleQuestion }] }],
      tools: [{ type: "function", ...sampleFunction, strict: false }],
      tool_choice: "auto",
      parallel_tool_calls: true,
      reasoning: { summary: "auto" },
      include: ["reasoning.encrypted_content"],
      prompt_cache_key: "trial",
      max_output_tokens: sampleTokens,
      store: false,
      stream: true,
    },
  }),
};

const configuration = ({ gateway, model, contextTokens }: ToolPlace): string =>
  [
    `model = ${quoted(model)}`,
    'model_provider = "inference-mesh"',
    ...(contextTokens === null ? [] : [`model_context_window = ${contextTokens}`]),
    "# These two are tools of OpenAI's own service, which no model here can be offered.",
    'web_search = "disabled"',
    "features.multi_agent = false",
    "",
    "[model_providers.inference-mesh]",
    'name = "Inference Mesh"',
    `base_url = ${quoted(`${gateway}/v1`)}`,
    `env_key = "${keyVariable}"`,
    'wire_api = "responses"',
    "",
  ].join("\n");
