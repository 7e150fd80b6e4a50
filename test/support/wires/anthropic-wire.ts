import type { Json } from "../dialects/dialect-client.ts";
import { objectionTo } from "../stand-in-anthropic/check-request.ts";
import {
  blockDelta,
  blockStart,
  blockStop,
  messageDelta,
  messageStart,
  messageStop,
  modelEntry,
  printEvent,
} from "../stand-in-anthropic/wire.ts";
import { calledWith, counted, spoken, thought, type Wire } from "./wire.ts";

const usage = { input_tokens: counted.read, output_tokens: counted.written };
const signature = "c2lnbmVk";

/** Anthropic's Messages API, by the events and rules of `stand-in-anthropic`. */
export const anthropicWire: Wire = {
  lists: (model) => ({ "GET /v1/models?limit=1000": { data: [modelEntry(model)], has_more: false } }),
  chatPaths: () => ["POST /v1/messages"],
  isStream: (_path, body) => body.stream === true,
  streamType: "text/event-stream; charset=utf-8",
  objection: objectionTo,

  whole(play, model) {
    const calls = calledWith.map((input, index) => ({ type: "tool_use", id: `toolu_${index}`, name: "look", input }));
    return {
      id: "msg_01StandIn",
      type: "message",
      role: "assistant",
      model,
      content: [
        { type: "thinking", thinking: thought, signature },
        { type: "text", text: spoken.join("") },
        ...(play === "calls" ? calls : []),
      ],
      stop_reason: play === "calls" ? "tool_use" : "end_turn",
      stop_sequence: null,
      usage,
    };
  },

  beginning: (model) =>
    [
      messageStart(model, { ...usage, output_tokens: 1 }),
      blockStart(0, { type: "thinking", thinking: "", signature: "" }),
      blockDelta(0, { type: "thinking_delta", thinking: thought }),
      blockDelta(0, { type: "signature_delta", signature }),
      blockStop(0),
      blockStart(1, { type: "text", text: "" }),
      blockDelta(1, { type: "text_delta", text: spoken[0] }),
    ]
      .map(printEvent)
      .join(""),

  rest(play) {
    const calls = calledWith.flatMap((input, index) => {
      const text = JSON.stringify(input);
      return [
        blockStart(2 + index, { type: "tool_use", id: `toolu_${index}`, name: "look", input: {} }),
        blockDelta(2 + index, { type: "input_json_delta", partial_json: text.slice(0, 4) }),
        blockDelta(2 + index, { type: "input_json_delta", partial_json: text.slice(4) }),
        blockStop(2 + index),
      ];
    });
    return [
      blockDelta(1, { type: "text_delta", text: spoken[1] }),
      blockStop(1),
      ...(play === "calls" ? calls : []),
      messageDelta(play === "calls" ? "tool_use" : "end_turn", { output_tokens: counted.written }),
      messageStop,
    ]
      .map(printEvent)
      .join("");
  },

  read({ messages, tools, stop_sequences: stops, output_config: output, thinking }) {
    const blocks: Json[] = messages.flatMap(({ content }: Json) => (Array.isArray(content) ? content : []));
    const ofType = (type: string): Json[] => blocks.filter((block) => block.type === type);
    return {
      images: ofType("image").map(({ source }) => source.data),
      stops: stops ?? [],
      schema: output?.format?.schema ?? null,
      tools: (tools ?? []).map(({ name }: Json) => name),
      calls: ofType("tool_use").map(({ input }) => input),
      results: ofType("tool_result").map(({ content }) => (Array.isArray(content) ? content[0].text : content)),
      thinks: thinking !== undefined,
    };
  },
};
