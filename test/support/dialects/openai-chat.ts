import {
  type Ask,
  type DialectClient,
  given,
  type Heard,
  type Json,
  lookParameters,
  question,
  readEvents,
} from "./dialect-client.ts";

const readCalls = (calls: Json[] = []): Heard["calls"] =>
  calls.map(({ id, function: called }) => ({ id, name: called.name, arguments: JSON.parse(called.arguments) }));
const readUsage = (usage: Json): Heard["usage"] =>
  usage ? { read: usage.prompt_tokens, written: usage.completion_tokens } : null;

/** OpenAI's chat completions. */
export const openAiChat: DialectClient = {
  name: "OpenAI chat",
  path: "/v1/chat/completions",
  ends: { stop: "stop", length: "length", calls: "tool_calls" },
  lacks: [],

  body({ model, stream, maxTokens, tools, schema, image, stop, thinks, after, result }: Ask) {
    const parts = [
      { type: "text", text: question },
      { type: "image_url", image_url: { url: `data:image/png;base64,${image}` } },
    ];
    const results = (after?.calls ?? []).map(({ id }) => ({ role: "tool", tool_call_id: id, content: result }));
    return given({
      model,
      messages: [{ role: "user", content: image === undefined ? question : parts }, ...(after?.turn ?? []), ...results],
      temperature: 0,
      max_tokens: maxTokens,
      stream,
      stream_options: stream ? { include_usage: true } : undefined,
      tools: tools && [{ type: "function", function: { name: "look", parameters: lookParameters } }],
      tool_choice: tools === "demanded" ? "required" : undefined,
      response_format: schema && { type: "json_schema", json_schema: { name: "answer", schema } },
      stop,
      reasoning_effort: thinks ? "low" : undefined,
    });
  },

  readWhole({ choices: [choice], usage }) {
    const { message, finish_reason: end } = choice;
    const { content, reasoning_content: thoughts, tool_calls: calls } = message;
    const said = { text: content ?? "", thoughts: thoughts ?? "", calls: readCalls(calls) };
    return { ...said, usage: readUsage(usage), end, isWhole: true, pieces: 1, error: null, turn: [message] };
  },

  readStream(text) {
    const events = readEvents(text);
    const choices = events.flatMap((event) => event.choices ?? []);
    const deltas = choices.map(({ delta }) => delta);
    const texts = deltas.map((delta) => delta.content).filter(Boolean);
    const calls: Json[] = [];
    for (const piece of deltas.flatMap((delta) => delta.tool_calls ?? [])) {
      calls[piece.index] ??= { id: piece.id, function: { name: piece.function.name, arguments: "" } };
      calls[piece.index].function.arguments += piece.function.arguments ?? "";
    }
    return {
      text: texts.join(""),
      thoughts: deltas.map((delta) => delta.reasoning_content ?? "").join(""),
      calls: readCalls(calls),
      usage: readUsage(events.find((event) => event.usage)?.usage),
      end: choices.find((choice) => choice.finish_reason)?.finish_reason ?? null,
      isWhole: events.at(-1) === "[DONE]",
      pieces: texts.length,
      error: events.find((event) => event.error)?.error.code ?? null,
      turn: [],
    };
  },

  inventCall: (name, input) => {
    const call = { id: "call_1", type: "function", function: { name, arguments: JSON.stringify(input) } };
    const message = { role: "assistant", content: null, tool_calls: [call] };
    return { choices: [{ message, finish_reason: "tool_calls" }] };
  },

  errorText: ({ error }) => error.message,
};
