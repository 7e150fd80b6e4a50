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

const readUsage = (usage: Json): Heard["usage"] =>
  usage && { read: usage.input_tokens + (usage.cache_read_input_tokens ?? 0), written: usage.output_tokens };

/** Anthropic's Messages. */
export const anthropic: DialectClient = {
  name: "Anthropic",
  path: "/v1/messages",
  ends: { stop: "end_turn", length: "max_tokens", calls: "tool_use" },
  lacks: [],

  body({ model, stream, maxTokens = 64, tools, schema, image, stop, thinks, after, result }: Ask) {
    const parts = [
      { type: "text", text: question },
      { type: "image", source: { type: "base64", media_type: "image/png", data: image } },
    ];
    const results = (after?.calls ?? []).map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: result }));
    return given({
      model,
      max_tokens: maxTokens,
      messages: [
        { role: "user", content: image === undefined ? question : parts },
        ...(after?.turn ?? []),
        ...(results.length === 0 ? [] : [{ role: "user", content: results }]),
      ],
      // Thinking goes with no temperature of one's own.
      temperature: thinks ? undefined : 0,
      stream,
      tools: tools && [{ name: "look", input_schema: lookParameters }],
      tool_choice: tools === "demanded" ? { type: "any" } : undefined,
      output_config: thinks ? { effort: "low" } : schema && { format: { type: "json_schema", schema } },
      stop_sequences: stop && [stop],
      thinking: thinks ? { type: "adaptive" } : undefined,
    });
  },

  readWhole({ content, usage, stop_reason: end }) {
    const ofType = (type: string): Json[] => content.filter((block: Json) => block.type === type);
    return {
      text: ofType("text")
        .map(({ text }) => text)
        .join(""),
      thoughts: ofType("thinking")
        .map(({ thinking }) => thinking)
        .join(""),
      calls: ofType("tool_use").map(({ id, name, input }) => ({ id, name, arguments: input })),
      usage: readUsage(usage),
      end,
      isWhole: true,
      pieces: 1,
      error: null,
      turn: [{ role: "assistant", content }],
    };
  },

  readStream(text) {
    const events = readEvents(text);
    const blocks: Json[] = [];
    let usage: Json = null;
    let end: string | null = null;
    let pieces = 0;
    for (const event of events) {
      if (event.type === "message_start") usage = event.message.usage;
      if (event.type === "content_block_start") blocks[event.index] = { ...event.content_block, json: "" };
      const block = blocks[event.index];
      const { delta } = event;
      if (delta?.type === "text_delta") pieces += delta.text === "" ? 0 : 1;
      if (delta?.type === "text_delta") block.text += delta.text;
      if (delta?.type === "thinking_delta") block.thinking += delta.thinking;
      if (delta?.type === "input_json_delta") block.json += delta.partial_json;
      if (event.type === "content_block_stop" && block.type === "tool_use")
        block.input = JSON.parse(block.json || "{}");
      if (event.type !== "message_delta") continue;
      end = delta.stop_reason;
      usage = { ...usage, ...event.usage };
    }
    const whole: Heard = this.readWhole({ content: blocks, usage, stop_reason: end });
    const error = events.find(({ type }) => type === "error")?.error.type ?? null;
    return { ...whole, isWhole: events.at(-1)?.type === "message_stop", pieces, error, turn: [] };
  },

  inventCall: (name, input) => ({
    content: [{ type: "tool_use", id: "toolu_1", name, input }],
    stop_reason: "tool_use",
  }),

  errorText: ({ error }) => error.message,
};
