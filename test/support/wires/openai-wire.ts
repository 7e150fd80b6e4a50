import type { Json } from "../dialects/dialect-client.ts";
import { calledWith, counted, spoken, thought, type Wire } from "./wire.ts";

const usage = {
  prompt_tokens: counted.read,
  completion_tokens: counted.written,
  total_tokens: counted.read + counted.written,
};
const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const delta = (model: string, fields: object, finish_reason: string | null = null): string =>
  event({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model,
    choices: [{ index: 0, delta: fields, finish_reason }],
  });
const texts = calledWith.map((each) => JSON.stringify(each));
const cut = 4;

/** OpenAI's API and whatever is compatible, with `reasoning_content` as vLLM and others have it. */
export const openAiWire: Wire = {
  lists: (model) => ({ "GET /v1/models": { object: "list", data: [{ id: model, object: "model" }] } }),
  chatPaths: () => ["POST /v1/chat/completions"],
  isStream: (_path, body) => body.stream === true,
  streamType: "text/event-stream",

  whole(play, model) {
    const calls = texts.map((text, index) => ({
      id: `call_${index}`,
      type: "function",
      function: { name: "look", arguments: text },
    }));
    const message = {
      role: "assistant",
      content: spoken.join(""),
      reasoning_content: thought,
      ...(play === "calls" ? { tool_calls: calls } : {}),
    };
    const choices = [{ index: 0, message, finish_reason: play === "calls" ? "tool_calls" : "stop" }];
    return { id: "chatcmpl-1", object: "chat.completion", created: 1, model, choices, usage };
  },

  beginning: (model) =>
    delta(model, { role: "assistant", reasoning_content: thought }) + delta(model, { content: spoken[0] }),

  rest(play, model) {
    const starts = texts.map(
      (text, index) =>
        delta(model, {
          tool_calls: [
            { index, id: `call_${index}`, type: "function", function: { name: "look", arguments: text.slice(0, cut) } },
          ],
        }) + delta(model, { tool_calls: [{ index, function: { arguments: text.slice(cut) } }] }),
    );
    const calls = play === "calls" ? starts.join("") : "";
    const end = delta(model, {}, play === "calls" ? "tool_calls" : "stop");
    const counts = event({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model, choices: [], usage });
    return `${delta(model, { content: spoken[1] })}${calls}${end}${counts}data: [DONE]\n\n`;
  },

  read({ messages, tools, stop, response_format: format, reasoning_effort: effort }) {
    const parts: Json[] = messages.flatMap(({ content }: Json) => (Array.isArray(content) ? content : []));
    const calls: Json[] = messages.flatMap((message: Json) => message.tool_calls ?? []);
    return {
      images: parts.flatMap(({ image_url: image }) => (image === undefined ? [] : [image.url.split(",")[1]])),
      stops: [stop ?? []].flat(),
      schema: format?.json_schema?.schema ?? null,
      tools: (tools ?? []).map((tool: Json) => tool.function.name),
      calls: calls.map((each) => JSON.parse(each.function.arguments)),
      results: messages.filter(({ role }: Json) => role === "tool").map(({ content }: Json) => content),
      thinks: effort !== undefined,
    };
  },
};
