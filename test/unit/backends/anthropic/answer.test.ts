import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { ChatChunks } from "../../../../sidecar/backends/translation/anthropic/chat-chunks.ts";
import { StreamedAnswerSink } from "../../../../sidecar/backends/translation/streamed-answer-sink.ts";
import { WholeAnswerSink } from "../../../../sidecar/backends/translation/whole-answer-sink.ts";
import { messages as anthropicRoute } from "../../../../sidecar/gateway/dialects/anthropic/messages.ts";
import { eventsOf } from "../../../support/chat-request.ts";
import { RecordingSink } from "../../../support/recording-sink.ts";
import {
  blockDelta,
  blockStart,
  errorBody,
  messageDelta,
  messageStart,
  messageStop,
  ping,
  printEvent,
  textStream,
  toolMessage,
  toolStream,
} from "../../../support/stand-in-anthropic/wire.ts";

type Event = ReturnType<typeof messageStart>;
const asked = { backend: "claude", model: "m", wantsUsage: true };

const bytesOf = (events: readonly Event[]): Buffer => Buffer.from(events.map(printEvent).join(""));

function stream(pieces: readonly Buffer[], options = asked): RecordingSink {
  const client = new RecordingSink();
  const sink = new StreamedAnswerSink({ backend: "claude", client, translation: new ChatChunks(options) });
  sink.begin({ status: 200, contentType: "text/event-stream; charset=utf-8" });
  for (const piece of pieces) sink.write(piece);
  sink.end();
  return client;
}

/** What a client reads of a stream: texts put together, calls by their number, and what stands alone. */
function read(client: RecordingSink) {
  const events = eventsOf(client.text);
  expect(events.at(-1)).toBe("[DONE]");
  const chunks = events.slice(0, -1).map((data) => JSON.parse(data));
  const deltas = chunks.flatMap(({ choices }) => choices.map((choice: { delta: object }) => choice.delta));
  const join = (name: string): string => deltas.map((delta) => delta[name] ?? "").join("");
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const { index, id, function: called } of deltas.flatMap((delta) => delta.tool_calls ?? [])) {
    if (id !== undefined) calls[index] = { id, name: called.name, arguments: "" };
    (calls[index] as { arguments: string }).arguments += called.arguments;
  }
  return {
    roles: deltas.flatMap(({ role }) => role ?? []),
    content: join("content"),
    reasoning: join("reasoning_content"),
    signed: deltas.flatMap((delta) => delta.thinking_blocks ?? []),
    calls,
    finish: chunks.flatMap(({ choices }) =>
      choices.flatMap((choice: { finish_reason: string }) => choice.finish_reason ?? []),
    ),
    usage: chunks.flatMap(({ usage }) => usage ?? []),
    models: new Set(chunks.map(({ model }) => model)),
  };
}

function failure(events: readonly Event[]): { code: string; begun: boolean } {
  const client = new RecordingSink();
  const sink = new StreamedAnswerSink({ backend: "claude", client, translation: new ChatChunks(asked) });
  sink.begin({ status: 200, contentType: "text/event-stream" });
  try {
    for (const event of events) sink.write(bytesOf([event]));
    sink.end();
  } catch (error) {
    if (error instanceof MeshError) return { code: error.code, begun: client.count("begin") > 0 };
    throw error;
  }
  throw new Error("It did not fail.");
}

const usage = {
  prompt_tokens: 442,
  completion_tokens: 57,
  total_tokens: 499,
  prompt_tokens_details: { cached_tokens: 400 },
  completion_tokens_details: { reasoning_tokens: 20 },
};

describe("a streamed message", () => {
  it("becomes text, thoughts, calls, a reason to stop and counts", () => {
    expect(read(stream([bytesOf(toolStream("m-1"))]))).toEqual({
      roles: ["assistant"],
      content: "I look.",
      reasoning: "Two places.",
      signed: [{ type: "thinking", thinking: "Two places.", signature: "c2lnbmVk" }],
      calls: [
        { id: "toolu_01A", name: "look", arguments: '{"place": "Seoul"}' },
        { id: "toolu_01B", name: "clock", arguments: "{}" },
      ],
      finish: ["tool_calls"],
      usage: [usage],
      models: new Set(["m-1"]),
    });
  });

  it("is the same however it is cut", () => {
    const bytes = bytesOf(toolStream("m-1"));
    const whole = read(stream([bytes]));
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 })), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(read(stream(pieces))).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it("has its counts beside the reason to stop where no chunk was asked for that has them alone", () => {
    const client = stream([bytesOf(textStream("m"))], { ...asked, wantsUsage: false });
    const chunks = eventsOf(client.text)
      .slice(0, -1)
      .map((data) => JSON.parse(data));
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: "stop" }], usage: { completion_tokens: 15 } });
  });

  it.each([
    ["end_turn", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["refusal", "content_filter"],
    ["something_new", "stop"],
  ])("that stops for %s says %s", (reason, expected) => {
    const events = [messageStart("m"), messageDelta(reason), messageStop];
    expect(read(stream([bytesOf(events)]))).toMatchObject({ finish: [expected], roles: ["assistant"] });
  });

  it("says which stop text ended it", () => {
    const client = stream([bytesOf([messageStart("m"), messageDelta("stop_sequence", {}, "END"), messageStop])]);
    expect(client.text).toContain('"finish_reason":"stop","stop_reason":"END"');
  });

  it("ignores events that a later version may add, and pings", () => {
    const events = textStream("m").flatMap((event) => [ping, event, { type: "weather", sun: true }]);
    expect(read(stream([bytesOf(events)])).content).toBe("Good day");
  });

  it("is whole only with message_stop: every shorter one is closed as half, or fails", () => {
    const events = toolStream("m");
    for (let count = 0; count < events.length; count++) {
      const client = new RecordingSink();
      const ends: unknown[] = [];
      client.end = (isSaid?: boolean) => void ends.push(isSaid);
      const sink = new StreamedAnswerSink({ backend: "claude", client, translation: new ChatChunks(asked) });
      sink.begin({ status: 200, contentType: "text/event-stream" });
      sink.write(bytesOf(events.slice(0, count)));
      try {
        sink.end();
      } catch (error) {
        expect(error).toMatchObject({ code: "backend_protocol" });
        expect(client.calls).toEqual([]);
        continue;
      }
      expect(ends).toEqual([false]);
      expect(client.text).not.toContain('"finish_reason":"');
    }
  });

  it.each([
    ["overloaded_error", "backend_busy"],
    ["rate_limit_error", "backend_busy"],
    ["api_error", "backend_failed"],
    ["authentication_error", "backend_credentials"],
    ["invalid_request_error", "backend_rejected"],
    ["__proto__", "backend_failed"],
  ])("that tells of %s fails with %s, before and behind its first word", (type, code) => {
    const error = errorBody(type, "sk-secret");
    expect(failure([messageStart("m"), ping, error])).toEqual({ code, begun: false });
    expect(failure([...textStream("m").slice(0, 4), error])).toEqual({ code, begun: true });
  });

  const text = blockStart(0, { type: "text", text: "" });
  it.each<[string, Event[]]>([
    ["a piece without a block", [blockDelta(0, { type: "text_delta", text: "a" })]],
    ["a piece of another block", [text, blockDelta(1, { type: "text_delta", text: "a" })]],
    ["two blocks at once", [text, blockStart(1, { type: "text", text: "" })]],
    ["arguments in a text", [text, blockDelta(0, { type: "input_json_delta", partial_json: "{" })]],
    ["an end in the middle of a block", [text, messageStop]],
    ["words behind its end", [messageStop, text]],
    ["a text that is a number", [text, blockDelta(0, { type: "text_delta", text: 5 })]],
    ["a block that nobody asked for", [blockStart(0, { type: "server_tool_use", id: "a", name: "b", input: {} })]],
    ["a block far away", [blockStart(1e9, { type: "text", text: "" })]],
    ["a name without end", [blockStart(0, { type: "tool_use", id: "a", name: "b".repeat(1000), input: {} })]],
    ["a huge event", [blockStart(0, { type: "text", text: "a".repeat(1_100_000) })]],
  ])("that is hostile is refused: %s", (_what, events) => {
    expect(failure([messageStart("m"), ...events])).toMatchObject({ code: "backend_protocol" });
  });

  it("is refused when it is no stream of events, or no JSON", () => {
    const make = () =>
      new StreamedAnswerSink({ backend: "claude", client: new RecordingSink(), translation: new ChatChunks(asked) });
    expect(() => make().begin({ status: 200, contentType: "application/json" })).toThrow("it is no text/event-stream");
    expect(() => make().write(Buffer.from("data: {oops\n\n"))).toThrow("an event is no JSON");
  });

  it("does not believe counts that are none", () => {
    const events = [
      messageStart("m", { input_tokens: -5, output_tokens: "many" }),
      messageDelta("end_turn", { output_tokens: 1e300 }),
      messageStop,
    ];
    expect(read(stream([bytesOf(events)])).usage).toMatchObject([{ prompt_tokens: 0, completion_tokens: 0 }]);
  });
});

describe("a whole message", () => {
  const whole = (answer: unknown): RecordingSink => {
    const client = new RecordingSink();
    const sink = new WholeAnswerSink({ backend: "claude", client, translation: new ChatChunks(asked) });
    sink.begin({ status: 200, contentType: "application/json" });
    const bytes = Buffer.from(typeof answer === "string" ? answer : JSON.stringify(answer));
    for (let at = 0; at < bytes.length; at += 7) sink.write(bytes.subarray(at, at + 7));
    sink.end();
    return client;
  };

  it("is the same as its stream", () => {
    const client = whole(toolMessage("m-1"));
    expect(client.heads).toMatchObject([{ status: 200, length: Buffer.byteLength(client.text) }]);
    expect(JSON.parse(client.text)).toMatchObject({
      object: "chat.completion",
      model: "m-1",
      choices: [
        {
          finish_reason: "tool_calls",
          message: {
            role: "assistant",
            content: "I look.",
            reasoning_content: "Two places.",
            thinking_blocks: [{ type: "thinking", thinking: "Two places.", signature: "c2lnbmVk" }],
            tool_calls: [
              { id: "toolu_01A", type: "function", function: { name: "look", arguments: '{"place":"Seoul"}' } },
              { id: "toolu_01B", type: "function", function: { name: "clock", arguments: "{}" } },
            ],
          },
        },
      ],
      usage,
    });
  });

  it.each([
    ["no JSON", "{oops"],
    ["an error", errorBody("api_error", "no")],
    ["no blocks", { type: "message", content: "text" }],
    ["an unknown block", { type: "message", content: [{ type: "future" }] }],
  ])("that is hostile is refused before anybody has heard of it: %s", (_what, answer) => {
    expect(() => whole(answer)).toThrow("it is no message");
  });
});

describe("a streamed chat completion that goes through the Messages API and back", () => {
  const word = fc.string({ minLength: 1, unit: "grapheme" });
  const piece = fc.oneof(
    word.map((content) => ({ content })),
    word.map((reasoning_content) => ({ reasoning_content })),
  );
  const call = fc.tuple(fc.dictionary(fc.string(), fc.integer()), fc.nat(5));
  const answers = fc.tuple(
    fc.array(piece, { maxLength: 8 }),
    fc.array(call, { maxLength: 3 }),
    fc.constantFrom("stop", "length"),
    fc.nat(1000),
  );

  it("keeps its texts, calls, counts and reason", () => {
    fc.assert(
      fc.property(answers, ([pieces, calls, reason, cached]) => {
        const deltas: object[] = [...pieces];
        const finish = reason === "stop" && calls.length > 0 ? "tool_calls" : reason;
        for (const [index, [input, cut]] of calls.entries()) {
          const text = JSON.stringify(input);
          deltas.push({
            tool_calls: [{ index, id: `c${index}`, function: { name: "f", arguments: text.slice(0, cut) } }],
          });
          deltas.push({ tool_calls: [{ index, function: { arguments: text.slice(cut) } }] });
        }
        const chunks = [
          ...deltas.map((delta) => ({ model: "m", choices: [{ index: 0, delta, finish_reason: null }] })),
          { model: "m", choices: [{ index: 0, delta: {}, finish_reason: finish }] },
          {
            choices: [],
            usage: {
              prompt_tokens: 1000,
              completion_tokens: 9,
              total_tokens: 1009,
              prompt_tokens_details: { cached_tokens: cached },
            },
          },
        ];
        const there = new RecordingSink();
        const request = { model: "m", max_tokens: 8, stream: true, messages: [{ role: "user", content: "hi" }] };
        const sink = anthropicRoute.translate(Buffer.from(JSON.stringify(request))).wrap(there);
        sink.begin({ status: 200, contentType: "text/event-stream" });
        for (const chunk of chunks) sink.write(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`));
        sink.write(Buffer.from("data: [DONE]\n\n"));
        sink.end();
        const back = read(stream([Buffer.from(there.text)]));
        expect(back).toMatchObject({
          content: pieces.map((each) => ("content" in each ? each.content : "")).join(""),
          reasoning: pieces.map((each) => ("reasoning_content" in each ? each.reasoning_content : "")).join(""),
          calls: calls.map(([input], index) => ({ id: `c${index}`, name: "f", arguments: JSON.stringify(input) })),
          finish: [finish],
          usage: [{ prompt_tokens: 1000, completion_tokens: 9, prompt_tokens_details: { cached_tokens: cached } }],
        });
      }),
    );
  });
});
