/** What a trial asks, so that an answer takes a moment and not a minute. */
export const sampleQuestion = "Say hello in one short sentence.";
/** The longest answer to it, in tokens. */
export const sampleTokens = 48;

/** A function such as agents bring: what counts is that one is there, and that the model may call it or not. */
export const sampleFunction = {
  name: "read_file",
  description: "Reads a file of the project.",
  parameters: {
    type: "object",
    properties: { path: { type: "string", description: "The file, relative to the project" } },
    required: ["path"],
    additionalProperties: false,
  },
} as const;

/** A streamed chat completion as clients of OpenAI's dialect send it. */
export const chatRequest = (model: string, extras: object = {}) => ({
  path: "/v1/chat/completions",
  headers: {},
  body: {
    model,
    messages: [{ role: "user", content: sampleQuestion }],
    stream: true,
    max_tokens: sampleTokens,
    ...extras,
  },
});

/** The same from an agent, which brings functions and wants to know what the answer took. */
export const agentRequest = (model: string) =>
  chatRequest(model, {
    messages: [
      { role: "system", content: "You are a coding agent. Answer briefly." },
      { role: "user", content: sampleQuestion },
    ],
    stream_options: { include_usage: true },
    tools: [{ type: "function", function: sampleFunction }],
    tool_choice: "auto",
  });
