/**
 * What Anthropic's API sends, event by event. From documentation, not recorded: shapes of the pages on streaming messages,
 * extended thinking, tool use, errors and models of platform.claude.com and of the types of `@anthropic-ai/sdk` 1.12, read
 * on 2026-11-21. The texts in them are our own.
 */
type Event = Readonly<Record<string, unknown>> & { readonly type: string };

/** As it stands on the wire. */
export const printEvent = (event: Event): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

const startUsage = {
  input_tokens: 12,
  cache_creation_input_tokens: 30,
  cache_read_input_tokens: 400,
  cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 0 },
  output_tokens: 1,
  service_tier: "standard",
};

export const messageStart = (model: string, usage: object = startUsage): Event => ({
  type: "message_start",
  message: {
    id: "msg_01StandIn",
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  },
});
export const ping: Event = { type: "ping" };
export const blockStart = (index: number, content_block: object): Event => ({
  type: "content_block_start",
  index,
  content_block,
});
export const blockDelta = (index: number, delta: object): Event => ({ type: "content_block_delta", index, delta });
export const blockStop = (index: number): Event => ({ type: "content_block_stop", index });
/** Counts are of the whole answer. */
export const messageDelta = (stop_reason: string, usage: object = {}, stop_sequence: string | null = null): Event => ({
  type: "message_delta",
  delta: { stop_reason, stop_sequence },
  usage: { output_tokens: 15, ...usage },
});
export const messageStop: Event = { type: "message_stop" };

/** The body of an error, which is also its event in a stream. */
export const errorBody = (type: string, message: string): Event => ({
  type: "error",
  error: { type, message },
  request_id: "req_01StandIn",
});

/** A text, with a ping where the service puts them. */
export const textStream = (model: string): readonly Event[] => [
  messageStart(model),
  blockStart(0, { type: "text", text: "" }),
  ping,
  blockDelta(0, { type: "text_delta", text: "Good" }),
  blockDelta(0, { type: "text_delta", text: " day" }),
  blockStop(0),
  messageDelta("end_turn"),
  messageStop,
];

/** A thought with its signature, a text, then two calls, one of them without arguments. */
export const toolStream = (model: string): readonly Event[] => [
  messageStart(model),
  blockStart(0, { type: "thinking", thinking: "", signature: "" }),
  blockDelta(0, { type: "thinking_delta", thinking: "Two" }),
  blockDelta(0, { type: "thinking_delta", thinking: " places." }),
  blockDelta(0, { type: "signature_delta", signature: "c2lnbmVk" }),
  blockStop(0),
  blockStart(1, { type: "text", text: "" }),
  blockDelta(1, { type: "text_delta", text: "I look." }),
  blockStop(1),
  blockStart(2, { type: "tool_use", id: "toolu_01A", name: "look", input: {} }),
  blockDelta(2, { type: "input_json_delta", partial_json: "" }),
  blockDelta(2, { type: "input_json_delta", partial_json: '{"place": "Se' }),
  blockDelta(2, { type: "input_json_delta", partial_json: 'oul"}' }),
  blockStop(2),
  blockStart(3, { type: "tool_use", id: "toolu_01B", name: "clock", input: {} }),
  blockStop(3),
  messageDelta("tool_use", { output_tokens: 57, output_tokens_details: { thinking_tokens: 20 } }),
  messageStop,
];

/** The same as the API answers it whole. */
export const toolMessage = (model: string): object => ({
  id: "msg_01StandIn",
  type: "message",
  role: "assistant",
  model,
  content: [
    { type: "thinking", thinking: "Two places.", signature: "c2lnbmVk" },
    { type: "text", text: "I look." },
    { type: "tool_use", id: "toolu_01A", name: "look", input: { place: "Seoul" } },
    { type: "tool_use", id: "toolu_01B", name: "clock", input: {} },
  ],
  stop_reason: "tool_use",
  stop_sequence: null,
  usage: { ...startUsage, output_tokens: 57, output_tokens_details: { thinking_tokens: 20 } },
});

const supports = (supported: boolean): object => ({ supported });

/** An entry of the list of models. `adaptive`: whether it takes the newer form of thinking. */
export const modelEntry = (id: string, { adaptive = true } = {}): object => ({
  type: "model",
  id,
  display_name: id,
  created_at: "2026-01-01T00:00:00Z",
  lifecycle: "active",
  max_input_tokens: 200_000,
  max_tokens: 64_000,
  capabilities: {
    image_input: supports(true),
    structured_outputs: supports(true),
    effort: { supported: adaptive, low: supports(true), medium: supports(true), high: supports(true), xhigh: null },
    thinking: {
      supported: true,
      types: { adaptive: supports(adaptive), enabled: supports(!adaptive), disabled: supports(true) },
    },
  },
});
