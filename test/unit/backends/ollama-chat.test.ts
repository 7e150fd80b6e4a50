import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventsOf } from "../../support/chat-request.ts";
import { ollamaRecordings as recorded } from "../../support/ollama-recordings.ts";
import { lines, OllamaStandIn } from "../../support/ollama-stand-in.ts";
import { status } from "../../support/stand-in-server.ts";

let ollama: OllamaStandIn;

beforeEach(async () => {
  ollama = await OllamaStandIn.start();
});
afterEach(() => ollama.dispose());

interface Message {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly { id: string; function: { name: string; arguments: string } }[];
  readonly tool_call_id?: string;
}

/** A turn with arguments is a call and its result. */
function toMessages(turn: { role: string; content: string; args?: unknown }, index: number): Message[] {
  if (turn.args === undefined) return [turn];
  const id = `c${index}`;
  const tool_calls = [{ id, type: "function", function: { name: "f", arguments: JSON.stringify(turn.args) } }];
  return [
    { role: "assistant", content: null, tool_calls },
    { role: "tool", tool_call_id: id, content: turn.content },
  ];
}

describe("a chat with a recorded Ollama server", () => {
  it("never lets its prompt be cut, and asks for a context only where one is configured", async () => {
    const { sent } = await ollama.chat({ seed: 7, stop: "x", min_p: 0.1, frequency_penalty: 1 });
    expect(sent).toMatchObject({ truncate: false, shift: false, stream: false });
    expect(sent.options).toEqual({
      temperature: 0,
      num_predict: 8,
      seed: 7,
      stop: ["x"],
      min_p: 0.1,
      frequency_penalty: 1,
    });
    const wide = await ollama.chat({}, ollama.backend({ url: ollama.server.url, contextTokens: 8192 }));
    expect(wide.sent.options.num_ctx).toBe(8192);
  });

  it("is one completion of OpenAI's, whole or in chunks that end with [DONE]", async () => {
    const whole = await ollama.chat({});
    expect(JSON.parse(whole.sink.text)).toMatchObject({
      object: "chat.completion",
      model: "demo:latest",
      choices: [{ index: 0, message: { role: "assistant", content: "Hello! I am the demo" }, finish_reason: "length" }],
      usage: { prompt_tokens: 10, completion_tokens: 8, total_tokens: 18 },
    });
    const { sink } = await ollama.chat({ stream: true, stream_options: { include_usage: true } });
    const events = eventsOf(sink.text);
    expect(events.at(-1)).toBe("[DONE]");
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event));
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe("Hello!");
    expect(chunks[0].choices[0].delta.role).toBe("assistant");
    expect(chunks.at(-2).choices[0].finish_reason).toBe("length");
    expect(chunks.at(-1).usage).toEqual({ prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 });
  });

  it("brings thoughts and calls, and gives a call without an id one", async () => {
    const calls = [
      { function: { name: "f", arguments: { b: 1, a: [] } } },
      { id: "own", function: { name: "g", arguments: {} } },
    ];
    const message = { role: "assistant", content: "", thinking: "hm", tool_calls: calls };
    ollama.server.replies.set("POST /api/chat", status(200, { message, done: true, done_reason: "stop" }));
    const [choice] = JSON.parse((await ollama.chat({})).sink.text).choices;
    expect(choice).toMatchObject({
      finish_reason: "tool_calls",
      message: {
        content: null,
        reasoning_content: "hm",
        tool_calls: [
          {
            id: expect.stringMatching(/^call_/),
            type: "function",
            function: { name: "f", arguments: '{"b":1,"a":[]}' },
          },
          { id: "own", function: { name: "g", arguments: "{}" } },
        ],
      },
    });
  });

  it("refuses by name what would be lost", async () => {
    const image = (url: string) => ({
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
    });
    const tool = { type: "function", function: { name: "f", strict: true } };
    const cases: [Record<string, unknown>, string][] = [
      [{ n: 2 }, "n"],
      [{ logit_bias: { 1: 2 } }, "logit_bias"],
      [{ logprobs: true }, "logprobs"],
      [{ parallel_tool_calls: false }, "parallel_tool_calls"],
      [{ tool_choice: "required" }, "tool_choice"],
      [{ tools: [tool] }, "tools.0.function.strict"],
      [{ reasoning_effort: "xhigh" }, "reasoning_effort"],
      [{ chat_template_kwargs: { other: 1 } }, "chat_template_kwargs.other"],
      [{ continue_final_message: true }, "continue_final_message"],
      [{ no_such_field: 1 }, "no_such_field"],
      [image("https://example.com/a.png"), "messages.0.content.0.image_url.url"],
    ];
    for (const [extra, field] of cases)
      expect(await ollama.refusal(extra)).toMatchObject({ code: "unsupported_field", field });
    expect(ollama.server.received).toEqual([]);
  });

  it("keeps every message, its order and its words, whatever they are", async () => {
    const text = fc.string({ unit: "binary" }).filter((value) => value.isWellFormed());
    const args = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue(), { maxKeys: 3, noNullPrototype: true });
    const turn = fc.oneof(
      fc.record({ role: fc.constantFrom("system", "user"), content: text }),
      fc.record({ role: fc.constant("assistant"), content: text, reasoning_content: text }),
      fc.record({ role: fc.constant("call"), content: text, args }),
    );
    const backend = ollama.backend();
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 6 }), async (turns) => {
        const messages = turns.flatMap(toMessages);
        const { sent } = await ollama.chat({ messages }, backend);
        const back = sent.messages.map((message: Message) => [message.role, message.content]);
        expect(back).toEqual(messages.map(({ role, content }) => [role, content ?? ""]));
        const calls = sent.messages.flatMap((message: Message) => message.tool_calls ?? []);
        const asked = messages.flatMap((message) => message.tool_calls ?? []);
        expect(calls).toEqual(
          asked.map(({ id, function: { name, arguments: text } }) => ({
            id,
            function: { name, arguments: JSON.parse(text) },
          })),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("reads a stream the same wherever it is cut", async () => {
    const bytes = Buffer.from(recorded.stream.replace("ello", "öllo"));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 6 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        ollama.server.replies.set("POST /api/chat", (response) => {
          response.writeHead(200, { "content-type": lines });
          for (const [index, start] of at.slice(0, -1).entries()) response.write(bytes.subarray(start, at[index + 1]));
          response.end();
        });
        const { sink } = await ollama.chat({ stream: true });
        const texts = eventsOf(sink.text)
          .slice(0, -1)
          .map((event) => JSON.parse(event).choices[0].delta.content ?? "");
        expect(texts.join("")).toBe("Höllo!");
      }),
      { numRuns: 20 },
    );
  });
});
