import type { Json } from "../dialects/dialect-client.ts";
import { ollamaRecordings as recorded } from "../ollama-recordings.ts";
import { calledWith, counted, spoken, thought, type Wire } from "./wire.ts";

const created = { created_at: "2026-11-21T17:33:17.935400404Z" };
const durations = { total_duration: 9, load_duration: 1, prompt_eval_duration: 2, eval_duration: 6 };
const end = {
  done: true,
  done_reason: "stop",
  prompt_eval_count: counted.read,
  eval_count: counted.written,
  ...durations,
};
const line = (model: string, message: object): string =>
  `${JSON.stringify({ model, ...created, message: { role: "assistant", content: "", ...message }, done: false })}\n`;
const calls = calledWith.map((each, index) => ({
  id: `call_${index}`,
  function: { index, name: "look", arguments: each },
}));

/** Ollama's API, in the shapes of the recordings; thoughts and calls as its documents have them. */
export const ollamaWire: Wire = {
  lists: (model) => {
    const [listed] = JSON.parse(recorded.tags).models;
    return {
      "GET /api/version": JSON.parse(recorded.version),
      "GET /api/tags": { models: [{ ...listed, name: model, model }] },
      "GET /api/ps": { models: [] },
      "POST /api/show": {
        ...JSON.parse(recorded.showDemo),
        capabilities: ["completion", "tools", "thinking", "vision"],
      },
    };
  },
  chatPaths: () => ["POST /api/chat"],
  isStream: (_path, body) => body.stream !== false,
  streamType: "application/x-ndjson",

  whole(play, model) {
    const said = { role: "assistant", content: spoken.join(""), thinking: thought };
    return { model, ...created, message: { ...said, ...(play === "calls" ? { tool_calls: calls } : {}) }, ...end };
  },

  beginning: (model) => line(model, { thinking: thought }) + line(model, { content: spoken[0] }),

  rest(play, model) {
    const called = play === "calls" ? calls.map((each) => line(model, { tool_calls: [each] })).join("") : "";
    const last = JSON.stringify({ model, ...created, message: { role: "assistant", content: "" }, ...end });
    return `${line(model, { content: spoken[1] })}${called}${last}\n`;
  },

  read({ messages, tools, options, format, think }) {
    const made: Json[] = messages.flatMap((message: Json) => message.tool_calls ?? []);
    return {
      images: messages.flatMap(({ images }: Json) => images ?? []),
      stops: [options?.stop ?? []].flat(),
      schema: format ?? null,
      tools: (tools ?? []).map((tool: Json) => tool.function.name),
      calls: made.map((each) => each.function.arguments),
      results: messages.filter(({ role }: Json) => role === "tool").map(({ content }: Json) => content),
      thinks: think !== undefined,
    };
  },
};
