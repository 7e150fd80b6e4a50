import type { OutsideTool } from "./outside-tool.ts";
import { setVariables, shellWord } from "./quoting.ts";
import { chatRequest } from "./sample-request.ts";

/** aider, which asks through LiteLLM and reads edits from the text of an answer. */
export const aiderTool: OutsideTool = {
  id: "aider",
  label: "aider",
  purpose: "Pair programming in the terminal with a commit for each change; works with models that know no tools.",
  dialect: "openai-chat",
  address: (gateway) => `${gateway}/v1`,
  needs: { contextTokens: 8192, tools: false },
  steps: ["Paste the lines below into a terminal, in the folder of a Git repository."],
  snippets: ({ gateway, model, key, shell }) => [
    {
      file: null,
      text: [
        setVariables(
          {
            OPENAI_API_BASE: `${gateway}/v1`,
            OPENAI_API_KEY: key,
            // Without it, the prices of all clouds' models are fetched at each start.
            LITELLM_LOCAL_MODEL_COST_MAP: "True",
          },
          shell,
        ),
        `aider --model ${shellWord(`openai/${model}`, shell)} --no-show-model-warnings`,
      ].join("\n"),
    },
  ],
  request: (model) =>
    chatRequest(model, {
      messages: [
        { role: "system", content: "Act as an expert software developer. Answer briefly." },
        { role: "user", content: "Say hello in one short sentence." },
      ],
      temperature: 0,
    }),
};
