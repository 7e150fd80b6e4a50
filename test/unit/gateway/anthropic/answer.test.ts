import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { anthropicErrors, errorType } from "../../../../sidecar/gateway/dialects/anthropic/anthropic-errors.ts";
import { countTokens } from "../../../../sidecar/gateway/dialects/anthropic/count-tokens.ts";
import { messages } from "../../../../sidecar/gateway/dialects/anthropic/messages.ts";
import { SseReader } from "../../../../sidecar/router/sse-reader.ts";
import { RecordingSink } from "../../../support/recording-sink.ts";

const conversation = { model: "m", messages: [{ role: "user", content: "hi" }] };

function wrap(route: typeof messages | typeof countTokens, fields: object, client: RecordingSink) {
  const more = route === messages ? { max_tokens: 8, stop_sequences: ["END"], ...fields } : fields;
  return route.translate(Buffer.from(JSON.stringify({ ...conversation, ...more }))).wrap(client);
}

/** What a client gets for a whole answer. */
// biome-ignore lint/suspicious/noExplicitAny: what clients see is JSON
function whole(answer: unknown, route: typeof messages | typeof countTokens = messages): any {
  const client = new RecordingSink();
  const sink = wrap(route, {}, client);
  sink.begin({ status: 200, contentType: "application/json", headers: [["x-mesh-route", "r"]] });
  const bytes = Buffer.from(typeof answer === "string" ? answer : JSON.stringify(answer));
  for (let at = 0; at < bytes.length; at += 7) sink.write(bytes.subarray(at, at + 7));
  sink.end();
  expect(client.calls).toEqual(["begin", "write", "end"]);
  expect(client.heads[0]).toMatchObject({
    status: 200,
    contentType: "application/json",
    headers: [["x-mesh-route", "r"]],
  });
  expect(client.heads[0]?.length).toBe(Buffer.byteLength(client.text));
  return JSON.parse(client.text);
}

const sse = (...chunks: unknown[]): Buffer =>
  Buffer.from(chunks.map((each) => `data: ${typeof each === "string" ? each : JSON.stringify(each)}\n\n`).join(""));
const delta = (fields: object, finish: string | null = null, more: object = {}) => ({
  model: "m-1",
  choices: [{ index: 0, delta: fields, finish_reason: finish, ...more }],
});

/** The events that a client gets for a stream in these pieces; ids are made up anew each time. */
// biome-ignore lint/suspicious/noExplicitAny: what clients see is JSON
function events(pieces: readonly Buffer[]): any[] {
  const client = new RecordingSink();
  const sink = wrap(messages, { stream: true }, client);
  sink.begin({ status: 200, contentType: "text/event-stream" });
  for (const piece of pieces) sink.write(piece);
  sink.end();
  expect(client.calls.at(-1)).toBe("end");
  const named = [...client.text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
  const read = new SseReader().push(Buffer.from(client.text)).map((data) => JSON.parse(data));
  expect(read.map(({ type }) => type)).toEqual(named);
  if (read[0]?.message !== undefined) read[0].message.id = "msg_";
  return read;
}

const usage = {
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  prompt_tokens_details: { cached_tokens: 4 },
};
const counts = { input_tokens: 6, cache_read_input_tokens: 4, cache_creation_input_tokens: 0, output_tokens: 5 };
const call = (id: string, text: string, index = 0) => ({
  index,
  id,
  type: "function",
  function: { name: "f", arguments: text },
});

describe("a whole answer", () => {
  it("becomes a message with thoughts, text, calls and counts", () => {
    const message = { role: "assistant", content: "see", reasoning_content: "hm", tool_calls: [call("1", '{"a":1}')] };
    const answer = whole({ model: "m-1", choices: [{ message, finish_reason: "tool_calls" }], usage });
    expect(answer).toMatchObject({
      type: "message",
      role: "assistant",
      model: "m-1",
      content: [
        { type: "thinking", thinking: "hm", signature: "" },
        { type: "text", text: "see" },
        { type: "tool_use", id: "1", name: "f", input: { a: 1 } },
      ],
      stop_reason: "tool_use",
      stop_sequence: null,
      usage: counts,
    });
  });

  it.each([
    ["stop", undefined, "end_turn", null],
    ["stop", "END", "stop_sequence", "END"],
    ["stop", "another", "end_turn", null],
    ["stop", 128_009, "end_turn", null],
    ["length", undefined, "max_tokens", null],
    ["content_filter", undefined, "refusal", null],
    ["eos", undefined, "end_turn", null],
  ])("ends for a reason: %s, %s", (finish_reason, stop_reason, expected, sequence) => {
    const answer = whole({ choices: [{ message: { content: "x" }, finish_reason, stop_reason }] });
    expect(answer).toMatchObject({ stop_reason: expected, stop_sequence: sequence });
  });

  it.each<[string, unknown]>([
    ["no JSON", "<html>"],
    ["no message", { choices: [] }],
    ["text of another type", { choices: [{ message: { content: 5 } }] }],
    ["arguments that are no object", { choices: [{ message: { tool_calls: [call("1", "[1]")] } }] }],
    ["arguments that broke off", { choices: [{ message: { tool_calls: [call("1", '{"a":')] } }] }],
  ])("that is unusable is an error, and nothing has begun: %s", (_name, answer) => {
    expect(() => whole(answer)).toThrowError(expect.objectContaining({ code: "backend_protocol" }));
  });

  it("of a hostile backend is held up to a limit", () => {
    const sink = wrap(messages, {}, new RecordingSink());
    sink.begin({ status: 200, contentType: "application/json" });
    const flood = (): void => {
      for (let count = 0; count < 40; count++) sink.write(Buffer.alloc(1024 * 1024, 0x20));
    };
    expect(flood).toThrowError(expect.objectContaining({ code: "backend_protocol" }));
  });
});

const stream = sse(
  delta({ role: "assistant", content: "" }),
  delta({ reasoning_content: "hm — 模" }),
  delta({ reasoning_content: "m" }),
  delta({ content: "se🙂" }),
  delta({ content: "e" }),
  delta({ tool_calls: [call("1", "")] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
  delta({ tool_calls: [call("2", "{}", 1)] }),
  delta({}, "tool_calls"),
  { choices: [], usage },
  "[DONE]",
);

describe("an answer to who wants no thoughts", () => {
  const thinking = { type: "adaptive", display: "omitted" };
  const told = (more: object, bytes: Buffer): string => {
    const client = new RecordingSink();
    const sink = wrap(messages, { thinking, ...more }, client);
    sink.begin({ status: 200, contentType: "stream" in more ? "text/event-stream" : "application/json", headers: [] });
    sink.write(bytes);
    sink.end();
    return client.text;
  };

  it("has none, whole or streamed", () => {
    const message = { role: "assistant", content: "see", reasoning_content: "hm" };
    const answer = { model: "m-1", choices: [{ message, finish_reason: "stop" }], usage };
    const wholeText = told({}, Buffer.from(JSON.stringify(answer)));
    expect(JSON.parse(wholeText).content).toEqual([{ type: "text", text: "see", citations: null }]);
    const streamed = told({ stream: true }, stream);
    expect(streamed).not.toContain("thinking");
    expect(streamed).toContain('"index":0,"content_block":{"type":"text"');
  });
});

describe("a streamed answer", () => {
  it("becomes the events of a message", () => {
    const block = (index: number, content_block: object) => ({ type: "content_block_start", index, content_block });
    const piece = (index: number, delta: object) => ({ type: "content_block_delta", index, delta });
    const stop = (index: number) => ({ type: "content_block_stop", index });
    expect(events([stream])).toMatchObject([
      { type: "message_start", message: { role: "assistant", model: "m-1", content: [], stop_reason: null } },
      block(0, { type: "thinking", thinking: "", signature: "" }),
      piece(0, { type: "thinking_delta", thinking: "hm — 模" }),
      piece(0, { type: "thinking_delta", thinking: "m" }),
      stop(0),
      block(1, { type: "text", text: "" }),
      piece(1, { type: "text_delta", text: "se🙂" }),
      piece(1, { type: "text_delta", text: "e" }),
      stop(1),
      block(2, { type: "tool_use", id: "1", name: "f", input: {} }),
      piece(2, { type: "input_json_delta", partial_json: '{"a"' }),
      piece(2, { type: "input_json_delta", partial_json: ":1}" }),
      stop(2),
      block(3, { type: "tool_use", id: "2", name: "f", input: {} }),
      piece(3, { type: "input_json_delta", partial_json: "{}" }),
      stop(3),
      { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: counts },
      { type: "message_stop" },
    ]);
  });

  it("becomes the same events wherever it was cut", () => {
    const expected = events([stream]);
    for (let at = 0; at <= stream.length; at += 3) {
      expect(events([stream.subarray(0, at), stream.subarray(at)])).toEqual(expected);
    }
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const pieces = places.slice(1).map((end, index) => stream.subarray(places[index], end));
        expect(events(pieces)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it("says what the same answer says whole, whatever its pieces", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 });
    const args = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value));
    const split = (json: string): string[] => [json.slice(0, json.length / 2), json.slice(json.length / 2)];
    const parts = fc.record({
      thoughts: fc.array(text),
      texts: fc.array(text),
      calls: fc.array(args, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(parts, ({ thoughts, texts, calls }) => {
        const chunks = [
          ...thoughts.map((each) => delta({ reasoning: each })),
          ...texts.map((each) => delta({ content: each })),
          ...calls.flatMap((json, index) => [
            delta({ tool_calls: [call(`c${index}`, "", index)] }),
            ...split(json).map((each) => delta({ tool_calls: [{ index, function: { arguments: each } }] })),
          ]),
        ];
        const content: Record<string, unknown>[] = [];
        for (const { type, index, content_block: block, delta: piece } of events([sse(...chunks, delta({}, "stop"))])) {
          if (type === "content_block_start") content[index] = { ...block, json: "" };
          const current = content[index];
          if (type !== "content_block_delta" || current === undefined) continue;
          const [key, value] = Object.entries(piece as Record<string, string>).filter(
            ([name]) => name !== "type",
          )[0] ?? ["", ""];
          const name = key === "partial_json" ? "json" : key;
          current[name] = String(current[name]) + value;
        }
        const told = content.map(({ json, ...block }) =>
          block.type === "tool_use" ? { ...block, input: JSON.parse(String(json)) } : block,
        );
        const message = {
          reasoning_content: thoughts.join(""),
          content: texts.join(""),
          tool_calls: calls.map((json, index) => call(`c${index}`, json, index)),
        };
        expect(told).toEqual(whole({ choices: [{ message, finish_reason: "stop" }] }).content);
      }),
    );
  });

  it("takes calls without numbers, as some servers send them", () => {
    const bare = (id: string, text: string) => ({ id, function: { name: "f", arguments: text } });
    const read = events([
      sse(
        delta({ tool_calls: [bare("1", "{}"), bare("2", "{")] }),
        delta({ tool_calls: [{ function: { arguments: "}" } }] }, "stop"),
      ),
    ]);
    expect(read.filter(({ type }) => type === "content_block_start").map((each) => each.content_block.id)).toEqual([
      "1",
      "2",
    ]);
    expect(read.at(-2).delta.stop_reason).toBe("tool_use");
  });

  it.each<[string, Buffer, string]>([
    ["is no JSON", sse("{"), "backend_protocol"],
    ["has text of another type", sse(delta({ content: {} })), "backend_protocol"],
    [
      "mixes pieces of several calls",
      sse(delta({ tool_calls: [call("1", "", 0), call("2", "", 1), call("1", "", 0)] })),
      "backend_protocol",
    ],
    ["calls without a name", sse(delta({ tool_calls: [{ index: 0, id: "1" }] })), "backend_protocol"],
    ["has an endless event", Buffer.alloc(2 * 1024 * 1024, 0x61), "backend_protocol"],
    ["tells of an error", sse({ error: { message: "boom" } }), "upstream_disconnected"],
    [
      "tells of an error of the mesh",
      sse({ error: { code: "engine_crashed", params: { model: "m" } } }),
      "engine_crashed",
    ],
    ["ends without an end", sse(delta({ content: "half" })), "backend_protocol"],
  ])("breaks off where it %s", (_name, bytes, code) => {
    expect(() => events([bytes])).toThrowError(expect.objectContaining({ code }));
  });

  it("is refused where it is none", () => {
    const sink = wrap(messages, { stream: true }, new RecordingSink());
    const begin = () => sink.begin({ status: 200, contentType: "application/json" });
    expect(begin).toThrowError(expect.objectContaining({ code: "backend_protocol" }));
  });

  it("pauses its backend while the client is behind, and only then", () => {
    const client = new (class extends RecordingSink {
      isBehind = false;
      override write(bytes: Buffer): boolean {
        super.write(bytes);
        return !this.isBehind;
      }
      resume: () => void = () => undefined;
      override onDrain(resume: () => void): void {
        this.resume = resume;
      }
    })();
    const sink = wrap(messages, { stream: true }, client);
    let resumed = 0;
    sink.onDrain(() => resumed++);
    sink.begin({ status: 200, contentType: "text/event-stream" });
    const bytes = sse(delta({ content: "x" }));
    expect(sink.write(bytes)).toBe(true);
    client.isBehind = true;
    expect(sink.write(bytes.subarray(0, 9))).toBe(true);
    expect(sink.write(bytes.subarray(9))).toBe(false);
    client.resume();
    expect(resumed).toBe(1);
  });
});

describe("errors of the Messages API", () => {
  it.each([
    [400, "invalid_request_error"],
    [401, "authentication_error"],
    [403, "permission_error"],
    [404, "not_found_error"],
    [413, "request_too_large"],
    [429, "rate_limit_error"],
    [500, "api_error"],
    [502, "api_error"],
    [503, "overloaded_error"],
    [529, "overloaded_error"],
  ])("%d is %s", (status, type) => {
    expect(errorType(status)).toBe(type);
  });

  it("amid a stream are an event of their own", () => {
    const event = anthropicErrors.event(new MeshError("unknown_model", { model: "x", available: [] }));
    expect(event).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"not_found_error",.*\}\n\n$/);
  });
});

describe("a count of tokens", () => {
  it("is the backend's", () => {
    expect(whole({ tokens: [1, 2], count: 2 }, countTokens)).toEqual({ input_tokens: 2 });
  });

  it.each([
    new MeshError("backend_rejected", { backend: "b", status: 404, message: "no" }),
    new MeshError("backend_protocol", { backend: "b", problem: "there is a web page" }),
  ])("is refused in plain words where the backend cannot count", (error) => {
    const client = new RecordingSink();
    wrap(countTokens, {}, client).fail(error);
    expect(client.errors[0]).toMatchObject({ code: "not_supported_by_model", params: { model: "m" } });
  });

  it("that fails for another reason says so", () => {
    const client = new RecordingSink();
    const error = new MeshError("unknown_model", { model: "m", available: [] });
    wrap(countTokens, {}, client).fail(error);
    expect(client.errors).toEqual([error]);
  });
});
