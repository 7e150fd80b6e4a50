import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { createResponse } from "../../../../sidecar/gateway/dialects/responses/create-response.ts";
import { SseReader } from "../../../../sidecar/router/sse-reader.ts";
import { RecordingSink } from "../../../support/recording-sink.ts";

const ask = (fields: object) =>
  createResponse.translate(Buffer.from(JSON.stringify({ model: "m", input: "hi", ...fields })));

/** What a client gets for a whole answer. */
// biome-ignore lint/suspicious/noExplicitAny: what clients see is JSON
function whole(answer: unknown): any {
  const client = new RecordingSink();
  const sink = ask({}).wrap(client);
  sink.begin({ status: 200, contentType: "application/json" });
  sink.write(Buffer.from(typeof answer === "string" ? answer : JSON.stringify(answer)));
  sink.end();
  expect(client.calls).toEqual(["begin", "write", "end"]);
  return JSON.parse(client.text);
}

const sse = (...chunks: unknown[]): Buffer =>
  Buffer.from(chunks.map((each) => `data: ${typeof each === "string" ? each : JSON.stringify(each)}\n\n`).join(""));
const delta = (fields: object, finish: string | null = null) => ({
  model: "m-1",
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});

/** The events that a client gets for a stream in these pieces. */
// biome-ignore lint/suspicious/noExplicitAny: what clients see is JSON
function events(...pieces: readonly Buffer[]): any[] {
  const client = new RecordingSink();
  const sink = ask({ stream: true }).wrap(client);
  sink.begin({ status: 200, contentType: "text/event-stream" });
  for (const piece of pieces) sink.write(piece);
  sink.end();
  expect(client.calls.at(-1)).toBe("end");
  const named = [...client.text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
  const read = new SseReader().push(Buffer.from(client.text)).map((data) => JSON.parse(data));
  expect(read.map(({ type }) => type)).toEqual(named);
  expect(read.map(({ sequence_number: number }) => number)).toEqual(read.map((_event, index) => index));
  return read;
}

const call = (index: number, id: string, text: string) => ({ index, id, function: { name: "f", arguments: text } });
/** An item without its name, which is made up anew each time. */
const unnamed = (items: readonly { id: string }[]) => items.map(({ id: _id, ...item }) => item);

describe("a streamed response", () => {
  it("tells of each item from its beginning to its end, and of all of it last", () => {
    const read = events(
      sse(
        delta({ reasoning_content: "hm" }),
        delta({ content: "a" }),
        delta({ content: "b" }),
        delta({ tool_calls: [call(0, "1", "{")] }),
        delta({ tool_calls: [{ index: 0, function: { arguments: "}" } }] }, "tool_calls"),
        "[DONE]",
      ),
    );
    const at = (type: string, output_index: number, fields: object = {}) => ({
      type: `response.${type}`,
      output_index,
      ...fields,
    });
    const thoughts = { type: "reasoning_text", text: "hm" };
    const text = { type: "output_text", text: "ab", annotations: [] };
    expect(read).toMatchObject([
      { type: "response.created", response: { status: "in_progress", output: [], model: "m-1", store: false } },
      { type: "response.in_progress" },
      at("output_item.added", 0, { item: { type: "reasoning", status: "in_progress", summary: [], content: [] } }),
      at("content_part.added", 0, { content_index: 0, part: { type: "reasoning_text", text: "" } }),
      at("reasoning_text.delta", 0, { content_index: 0, delta: "hm" }),
      at("reasoning_text.done", 0, { content_index: 0, text: "hm" }),
      at("content_part.done", 0, { content_index: 0, part: thoughts }),
      at("output_item.done", 0, { item: { type: "reasoning", status: "completed", content: [thoughts] } }),
      at("output_item.added", 1, { item: { type: "message", role: "assistant", status: "in_progress", content: [] } }),
      at("content_part.added", 1, { part: { type: "output_text", text: "", annotations: [] } }),
      at("output_text.delta", 1, { delta: "a" }),
      at("output_text.delta", 1, { delta: "b" }),
      at("output_text.done", 1, { text: "ab" }),
      at("content_part.done", 1, { part: text }),
      at("output_item.done", 1, { item: { type: "message", status: "completed", content: [text] } }),
      at("output_item.added", 2, { item: { type: "function_call", call_id: "1", name: "f", arguments: "" } }),
      at("function_call_arguments.delta", 2, { delta: "{" }),
      at("function_call_arguments.delta", 2, { delta: "}" }),
      at("function_call_arguments.done", 2, { arguments: "{}" }),
      at("output_item.done", 2, { item: { type: "function_call", status: "completed", arguments: "{}" } }),
      { type: "response.completed", response: { status: "completed" } },
    ]);
    const done = read.filter(({ type }) => type === "response.output_item.done").map(({ item }) => item);
    expect(read.at(-1).response.output).toEqual(done);
  });

  it("says what the same answer says whole, whatever its pieces and cuts", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 });
    const args = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value));
    const parts = fc.record({
      thoughts: fc.array(text),
      texts: fc.array(text),
      calls: fc.array(args, { maxLength: 4 }),
      cut: fc.nat(),
      finish: fc.constantFrom("stop", "length", "content_filter"),
    });
    fc.assert(
      fc.property(parts, ({ thoughts, texts, calls, cut, finish }) => {
        const halves = (json: string): string[] => [json.slice(0, json.length / 2), json.slice(json.length / 2)];
        const mixed = [0, 1].flatMap((half) =>
          calls.map((json, index) =>
            delta({ tool_calls: [half === 0 ? call(index, `c${index}`, halves(json)[0] ?? "") : more(index, json)] }),
          ),
        );
        function more(index: number, json: string) {
          return { index, function: { arguments: halves(json)[1] } };
        }
        const chunks = [
          ...thoughts.map((each) => delta({ reasoning: each })),
          ...texts.map((each) => delta({ content: each })),
          ...mixed,
          delta({}, finish),
        ];
        const bytes = sse(...chunks);
        const at = cut % bytes.length;
        const read = events(bytes.subarray(0, at), bytes.subarray(at));
        const message = {
          reasoning_content: thoughts.join(""),
          content: texts.join(""),
          tool_calls: calls.map((json, index) => call(index, `c${index}`, json)),
        };
        const answer = whole({ choices: [{ message, finish_reason: finish }] });
        const { output, status, incomplete_details: details } = read.at(-1).response;
        expect(unnamed(output)).toEqual(unnamed(answer.output));
        expect({ status, details }).toEqual({ status: answer.status, details: answer.incomplete_details });
        // Deltas put together are what the ends say.
        const deltas = new Map<number, string>();
        for (const { output_index: index, delta: piece } of read) {
          if (piece !== undefined) deltas.set(index, (deltas.get(index) ?? "") + piece);
        }
        expect([...deltas.values()]).toEqual(
          // biome-ignore lint/suspicious/noExplicitAny: what clients see is JSON
          output.map((item: any) => item.arguments ?? item.content[0].text),
        );
      }),
    );
  });

  it.each([
    ["length", "incomplete", "max_output_tokens"],
    ["content_filter", "incomplete", "content_filter"],
    ["stop", "completed", undefined],
  ])("ends as %s: %s", (finish, status, reason) => {
    const last = events(sse(delta({ content: "x" }, finish))).at(-1);
    expect(last).toMatchObject({ type: `response.${status}`, response: { status, output: [{ status }] } });
    expect(last.response.incomplete_details?.reason).toBe(reason);
  });

  it.each<[string, Buffer, string]>([
    ["is no JSON", sse("{"), "backend_protocol"],
    ["calls without a name", sse(delta({ tool_calls: [{ index: 0, id: "1" }] })), "backend_protocol"],
    [
      "goes on with a call behind its end",
      sse(
        delta({ tool_calls: [call(0, "1", "{}")] }),
        delta({ content: "x" }),
        delta({ tool_calls: [call(0, "1", "{")] }),
      ),
      "backend_protocol",
    ],
    ["tells of an error", sse({ error: { message: "boom" } }), "upstream_disconnected"],
    ["ends without an end", sse(delta({ content: "half" })), "backend_protocol"],
  ])("breaks off where it %s", (_name, bytes, code) => {
    expect(() => events(bytes)).toThrowError(expect.objectContaining({ code }));
  });

  it("holds a hostile backend's text up to a limit", () => {
    const flood = (): void => {
      const piece = sse(delta({ content: "x".repeat(500_000) }));
      events(...Array.from({ length: 40 }, () => piece));
    };
    expect(flood).toThrowError(expect.objectContaining({ code: "backend_protocol" }));
  });

  it("that breaks off tells of it in an event with the next number", () => {
    const { errors, wrap } = ask({ stream: true });
    const sink = wrap(new RecordingSink());
    sink.begin({ status: 200, contentType: "text/event-stream" });
    sink.write(sse(delta({ content: "x" })));
    const event = errors?.event(new MeshError("unknown_model", { model: "x", available: [] }));
    expect(event).toMatch(/^event: error\ndata: \{"type":"error","code":"unknown_model",.*"sequence_number":5\}\n\n$/);
  });
});

describe("a whole response", () => {
  it("takes calls without numbers and arguments, as some servers send them", () => {
    const message = { content: null, tool_calls: [1, 2].map((id) => ({ id: `${id}`, function: { name: "f" } })) };
    expect(whole({ choices: [{ message, finish_reason: "stop" }] }).output).toMatchObject([
      { call_id: "1", arguments: "{}" },
      { call_id: "2", arguments: "{}" },
    ]);
  });

  it.each<[string, unknown]>([
    ["no JSON", "<html>"],
    ["no message", { choices: [] }],
    ["text of another type", { choices: [{ message: { content: 5 } }] }],
  ])("that is unusable is an error, and nothing has begun: %s", (_name, answer) => {
    expect(() => whole(answer)).toThrowError(expect.objectContaining({ code: "backend_protocol" }));
  });
});
