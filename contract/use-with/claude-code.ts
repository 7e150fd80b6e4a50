import type { OutsideTool } from "./outside-tool.ts";
import { setVariables } from "./quoting.ts";
import { sampleFunction, sampleQuestion, sampleTokens } from "./sample-request.ts";

/** Claude Code, which speaks Anthropic's dialect to whatever address it is given. */
export const claudeCodeTool: OutsideTool = {
  id: "claude-code",
  label: "Claude Code",
  purpose: "Anthropic's coding agent in the terminal, answered by a model of your own.",
  dialect: "anthropic-messages",
  address: (gateway) => gateway,
  needs: { contextTokens: 65_536, tools: true },
  steps: [
    "Paste the lines below into a terminal. They count for that terminal alone.",
    "Start `claude` there. It must not be signed in: an account would be asked instead.",
  ],
  snippets: ({ gateway, model, contextTokens, key, shell }) => [
    {
      file: null,
      text: setVariables(
        {
          ANTHROPIC_BASE_URL: gateway,
          ANTHROPIC_AUTH_TOKEN: key,
          ANTHROPIC_MODEL: model,
          // What it asks a small model for, such as titles.
          ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
          // It assumes a million tokens of a model that it does not know, and would be refused instead of tidying up.
          ...(contextTokens === null ? {} : { CLAUDE_CODE_MAX_CONTEXT_TOKENS: String(contextTokens) }),
          // Fields that only Anthropic's own service knows.
          CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: "1",
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        },
        shell,
      ),
    },
  ],
  request: (model) => ({
    path: "/v1/messages?beta=true",
    headers: { "anthropic-version": "2023-06-01", "anthropic-beta": "claude-code-20250219" },
    body: {
      model,
      max_tokens: sampleTokens,
      stream: true,
      system: [{ type: "text", text: "You are a coding agent. Answer briefly.", cache_control: { type: "ephemeral" } }],
      messages: [{ role: "user", content: [{ type: "text", text: sampleQuestion }] }],
      tools: [
        {
          name: sampleFunction.name,
          description: sampleFunction.description,
          input_schema: sampleFunction.parameters,
        },
      ],
      metadata: { user_id: "trial" },
    },
  }),
};
