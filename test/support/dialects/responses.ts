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

const textOf = (item: Json): string => (item.content ?? []).map(({ text }: Json) => text).join("");

/** OpenAI's Responses. */
export const responses: DialectClient = {
  name: "Responses",
  path: "/v1/responses",
  ends: { stop: "completed", length: "max_output_tokens", calls: "completed" },
  lacks: ["stop"],

  body({ model, stream, maxTokens, tools, schema, image, stop, thinks, after, result }: Ask) {
    const parts = [
      { type: "input_text", text: question },
      { type: "input_image", image_url: `data:image/png;base64,${image}` },
    ];
    const results = (after?.calls ?? []).map(({ id }) => ({
      type: "function_call_output",
      call_id: id,
      output: result,
    }));
    return given({
      model,
      input: [{ role: "user", content: image === undefined ? question : parts }, ...(after?.turn ?? []), ...results],
      temperature: 0,
      max_output_tokens: maxTokens,
      stream,
      tools: tools && [{ type: "function", name: "look", parameters: lookParameters, strict: false }],
      tool_choice: tools === "demanded" ? "required" : undefined,
      text: schema && { format: { type: "json_schema", name: "answer", schema } },
      stop,
      reasoning: thinks ? { effort: "low" } : undefined,
    });
  },

  readWhole({ output, usage, status, incomplete_details: details }) {
    const ofType = (type: string): Json[] => output.filter((item: Json) => item.type === type);
    return {
      text: ofType("message").map(textOf).join(""),
      thoughts: ofType("reasoning").map(textOf).join(""),
      calls: ofType("function_call").map(({ call_id: id, name, arguments: text }) => ({
        id,
        name,
        arguments: JSON.parse(text),
      })),
      usage: usage ? { read: usage.input_tokens, written: usage.output_tokens } : null,
      end: details?.reason ?? status,
      isWhole: true,
      pieces: 1,
      error: null,
      turn: output,
    };
  },

  readStream(text) {
    const events = readEvents(text);
    const pieces = events.filter(({ type }) => type === "response.output_text.delta").map(({ delta }) => delta);
    const last = events.findLast(({ type }) => ["response.completed", "response.incomplete"].includes(type));
    const nothing: Heard = this.readWhole({ output: [], status: null });
    const whole: Heard = last === undefined ? nothing : this.readWhole(last.response);
    const error = events.find(({ type }) => type === "error")?.code ?? null;
    const isWhole = last !== undefined && whole.text === pieces.join("");
    return { ...whole, text: pieces.join(""), isWhole, pieces: pieces.length, error, turn: [] };
  },

  inventCall: (name, input) => ({
    output: [{ type: "function_call", call_id: "call_1", name, arguments: JSON.stringify(input) }],
    status: "completed",
  }),

  errorText: ({ error }) => error.message,
};
