import {
  type Ask,
  type DialectClient,
  given,
  type Heard,
  type Json,
  lookParameters,
  question,
} from "./dialect-client.ts";

const readLines = (lines: Json[]): Omit<Heard, "isWhole" | "error" | "turn"> => {
  const messages = lines.flatMap(({ message }) => (message === undefined ? [] : [message]));
  const last = lines.find(({ done }) => done === true);
  const texts = messages.map(({ content }) => content).filter(Boolean);
  return {
    text: texts.join(""),
    thoughts: messages.map(({ thinking }) => thinking ?? "").join(""),
    calls: messages
      .flatMap((message) => message.tool_calls ?? [])
      .map(({ id, function: called }) => ({ id: id ?? "", name: called.name, arguments: called.arguments })),
    usage: last ? { read: last.prompt_eval_count, written: last.eval_count } : null,
    end: last?.done_reason ?? null,
    pieces: texts.length,
  };
};

/** Ollama's chat. */
export const ollama: DialectClient = {
  name: "Ollama",
  path: "/api/chat",
  ends: { stop: "stop", length: "length", calls: "stop" },
  lacks: ["demanded"],

  body({ model, stream, maxTokens, tools, schema, image, stop, thinks, after, result }: Ask) {
    const results = (after?.calls ?? []).map(({ name }) => ({ role: "tool", tool_name: name, content: result }));
    return given({
      model,
      messages: [
        given({ role: "user", content: question, images: image && [image] }),
        ...(after?.turn ?? []),
        ...results,
      ],
      options: given({ temperature: 0, num_predict: maxTokens, stop: stop && [stop] }),
      stream: stream ?? false,
      tools: tools && [{ type: "function", function: { name: "look", parameters: lookParameters } }],
      format: schema,
      think: thinks ? true : undefined,
    });
  },

  readWhole: (answer) => ({
    ...readLines([answer]),
    isWhole: answer.done,
    pieces: 1,
    error: null,
    turn: [answer.message],
  }),

  readStream(text) {
    const lines = text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    const error = lines.find((line) => line.error !== undefined)?.error ?? null;
    return { ...readLines(lines), isWhole: lines.at(-1)?.done === true, error, turn: [] };
  },

  inventCall: (name, input) => ({
    message: { role: "assistant", content: "", tool_calls: [{ function: { name, arguments: input } }] },
    done: true,
  }),

  errorText: ({ error }) => error,
};
