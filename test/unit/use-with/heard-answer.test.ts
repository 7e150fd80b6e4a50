import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeshError, toOpenAiError } from "../../../contract/errors/mesh-error.ts";
import type { ToolDialect } from "../../../contract/use-with/outside-tool.ts";
import { HeardAnswer, readRefusal } from "../../../sidecar/use-with/heard-answer.ts";

const stream = (...events: unknown[]): string =>
  events.map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`).join("");
const chat = stream(
  { choices: [{ delta: { role: "assistant", content: "" } }] },
  { choices: [{ delta: { content: "Hel" } }] },
  { choices: [{ delta: { content: "lo" }, finish_reason: "stop" }] },
  { choices: [], usage: {} },
  "[DONE]",
);
const responses = stream(
  { type: "response.created", response: {} },
  { type: "response.output_text.delta", delta: "Hel" },
  { type: "response.output_text.delta", delta: "lo" },
  { type: "response.completed", response: { error: null } },
);
const messages = stream(
  { type: "message_start", message: {} },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello" } },
  { type: "message_stop" },
);
const streams: [ToolDialect, string][] = [
  ["openai-chat", chat],
  ["openai-responses", responses],
  ["anthropic-messages", messages],
];

function hear(dialect: ToolDialect, ...pieces: readonly string[]): HeardAnswer {
  const heard = new HeardAnswer(dialect);
  for (const piece of pieces) heard.push(piece);
  return heard;
}

describe("an answer as a tool hears it", () => {
  it.each(streams)("is read wherever its stream is cut: %s", (dialect, text) => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(hear(dialect, ...pieces)).toMatchObject({ text: "Hello", isWhole: true, called: null });
      }),
    );
  });

  it.each(streams)("is not whole when its end is missing: %s", (dialect, text) => {
    const withoutEnd = `${text.trimEnd().split("\n\n").slice(0, -1).join("\n\n")}\n\n`;
    expect(hear(dialect, withoutEnd)).toMatchObject({ text: "Hello", isWhole: false });
  });

  it.each<[ToolDialect, object]>([
    ["openai-chat", { choices: [{ delta: { tool_calls: [{ index: 0, function: { name: "read_file" } }] } }] }],
    ["openai-responses", { type: "response.output_item.added", item: { type: "function_call", name: "read_file" } }],
    ["anthropic-messages", { type: "content_block_start", content_block: { type: "tool_use", name: "read_file" } }],
  ])("tells the function that is called: %s", (dialect, event) => {
    expect(hear(dialect, stream(event)).called).toBe("read_file");
  });

  it("tells an error amid the stream, with the catalogue's code where the dialect carries it", () => {
    const error = new MeshError("unknown_model", { model: "m", available: [] });
    const heard = hear("openai-chat", stream(toOpenAiError(error)));
    expect(heard.refused).toEqual({ error: error.toWire(), message: `${error.message} ${error.nextStep}` });
    const other = { type: "error", error: { type: "api_error", message: "It broke." } };
    expect(hear("anthropic-messages", stream(other)).refused).toEqual({ error: null, message: "It broke." });
    const failed = { type: "response.failed", response: { error: { code: "x", message: "It broke." } } };
    expect(hear("openai-responses", stream(failed)).refused).toEqual({ error: null, message: "It broke." });
  });

  it("keeps neither a long answer nor what could harm a terminal", () => {
    const long = { choices: [{ delta: { content: `\u001b[31m${"x".repeat(10_000)}` } }] };
    const { text } = hear("openai-chat", stream(long));
    expect(text).not.toContain("\u001b");
    expect(text.length).toBeLessThanOrEqual(500);
  });

  it("survives what is no event", () => {
    expect(hear("openai-chat", "data: {\n\ndata: 3\n\n: comment\n\nnonsense\n\n").text).toBe("");
  });
});

describe("a refusal", () => {
  it("without words says nothing, and claims no code", () => {
    expect(readRefusal({})).toEqual({ error: null, message: "" });
  });
});
