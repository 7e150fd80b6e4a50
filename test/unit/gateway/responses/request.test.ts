import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { createResponse } from "../../../../sidecar/gateway/dialects/responses/create-response.ts";

const base = { model: "m", input: "hi" };

// biome-ignore lint/suspicious/noExplicitAny: what backends get is JSON
function translate(fields: object): any {
  return JSON.parse(
    createResponse.translate(Buffer.from(JSON.stringify({ ...base, ...fields }))).body.toString("utf8"),
  );
}

function refusal(fields: object): { code: string; field: unknown } {
  try {
    translate(fields);
  } catch (error) {
    if (error instanceof MeshError) return { code: error.code, field: "field" in error.params && error.params.field };
    throw error;
  }
  return { code: "accepted", field: undefined };
}

const call = (call_id: string, name = "f") => ({ type: "function_call", call_id, name, arguments: "{}" });
const result = (call_id: string, output: unknown = "r") => ({ type: "function_call_output", call_id, output });
const thought = (text: string) => ({ type: "reasoning", summary: [], content: [{ type: "reasoning_text", text }] });
const said = (text: string) => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
});
const asked = (text: string) => ({ role: "user", content: text });
const toolCall = (id: string) => ({ id, type: "function", function: { name: "f", arguments: "{}" } });

describe("a response's input", () => {
  it("is a question when it is a text", () => {
    expect(translate({ input: "hi", instructions: "Be brief." })).toEqual({
      model: "m",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hi" },
      ],
    });
  });

  it("puts thoughts, text and calls in a row into one message of the assistant's", () => {
    const input = [asked("1"), thought("hm"), said("see"), call("a"), call("b"), result("a"), result("b", [])];
    expect(translate({ input }).messages).toEqual([
      { role: "user", content: "1" },
      { role: "assistant", content: "see", reasoning_content: "hm", tool_calls: [toolCall("a"), toolCall("b")] },
      { role: "tool", tool_call_id: "a", content: "r" },
      { role: "tool", tool_call_id: "b", content: "" },
    ]);
  });

  it("begins another message where the order would change", () => {
    const input = [said("1"), said("2"), call("a"), thought("hm"), said("3")];
    expect(translate({ input }).messages).toEqual([
      { role: "assistant", content: "1" },
      { role: "assistant", content: "2", tool_calls: [toolCall("a")] },
      { role: "assistant", content: "3", reasoning_content: "hm" },
    ]);
  });

  it("joins the system's words that stand together, since many templates take one text first", () => {
    const input = [
      { role: "developer", content: "b" },
      { role: "system", content: [{ type: "input_text", text: "c" }] },
    ];
    expect(translate({ instructions: "a", input }).messages).toEqual([{ role: "system", content: "a\n\nb\n\nc" }]);
  });

  it("leaves out thoughts that a client could not keep", () => {
    const empty = { type: "reasoning", id: "rs_1", summary: [], encrypted_content: null };
    expect(translate({ input: [empty, said("x")] }).messages).toEqual([{ role: "assistant", content: "x" }]);
  });

  it("keeps every word, in its order, whatever stands beside what", () => {
    const text = fc.string({ minLength: 1, unit: fc.constantFrom("a", "ü", "🙂", '"', "\n", "\\") });
    const item = fc.oneof(
      fc.tuple(fc.constant("user" as const), text),
      fc.tuple(fc.constant("system" as const), text),
      fc.tuple(fc.constant("thought" as const), text),
      fc.tuple(fc.constant("said" as const), text),
      fc.tuple(fc.constant("call" as const), text),
      fc.tuple(fc.constant("result" as const), text),
    );
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 20 }), (items) => {
        const first = { ...call("c"), arguments: "first" };
        const input = items.map(([kind, words]) => {
          if (kind === "thought") return thought(words);
          if (kind === "said") return said(words);
          if (kind === "call") return { ...call("c"), arguments: words };
          if (kind === "result") return result("c", words);
          return { role: kind, content: words };
        });
        // biome-ignore lint/suspicious/noExplicitAny: what backends get is JSON
        const { messages }: { messages: any[] } = translate({ input: [first, ...input] });
        const told = messages.flatMap(({ role, content, reasoning_content: thoughts, tool_calls: calls = [] }) =>
          role === "assistant"
            ? [
                ...(thoughts === undefined ? [] : [["thought", thoughts]]),
                ...((content ?? "") === "" ? [] : [["said", content]]),
                // biome-ignore lint/suspicious/noExplicitAny: as above
                ...calls.map((each: any) => ["call", each.function.arguments]),
              ]
            : [[role === "tool" ? "result" : role, content]],
        );
        // Neighbours that are one text there are joined here as well.
        const expected: [string, string][] = [["call", "first"]];
        const between: Record<string, string> = { thought: "\n", system: "\n\n" };
        for (const [kind, words] of items) {
          const last = expected.at(-1);
          if (last?.[0] === kind && kind in between) last[1] += between[kind] + words;
          else expected.push([kind, words]);
        }
        expect(told).toEqual(expected);
      }),
    );
  });
});

describe("a response's settings", () => {
  it("become those of a chat completion", () => {
    const schema = { type: "object", properties: { big: { const: 1 } } };
    const fields = {
      max_output_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      user: "u",
      reasoning: { effort: "none" },
      text: { format: { type: "json_schema", name: "n", schema, strict: true }, verbosity: "medium" },
      tools: [{ type: "function", name: "f", parameters: schema, strict: null }],
      tool_choice: { type: "function", name: "f" },
      parallel_tool_calls: false,
      stream: true,
    };
    expect(translate(fields)).toEqual({
      model: "m",
      messages: [{ role: "user", content: "hi" }],
      max_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      user: "u",
      reasoning_effort: "none",
      response_format: { type: "json_schema", json_schema: { name: "n", schema, strict: true } },
      tools: [{ type: "function", function: { name: "f", parameters: schema } }],
      tool_choice: { type: "function", function: { name: "f" } },
      parallel_tool_calls: false,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it("that say what is so anyway are accepted", () => {
    const fields = {
      store: false,
      background: false,
      previous_response_id: null,
      include: ["reasoning.encrypted_content"],
      truncation: "disabled",
      service_tier: "auto",
      prompt_cache_key: "k",
      client_metadata: { installation: "i" },
      text: { format: { type: "text" } },
      tools: [],
      tool_choice: "auto",
    };
    expect(translate(fields)).toEqual(translate({}));
  });

  it.each<[object, string, string?]>([
    [{ store: true }, "store"],
    [{ background: true }, "background"],
    [{ previous_response_id: "resp_1" }, "previous_response_id"],
    [{ conversation: "conv_1" }, "conversation"],
    [{ prompt: { id: "p" } }, "prompt"],
    [{ truncation: "auto" }, "truncation"],
    [{ include: ["web_search_call.results"] }, "include[0]"],
    [{ max_tool_calls: 3 }, "max_tool_calls"],
    [{ tools: [{ type: "local_shell" }] }, "tools[0].type"],
    [{ tools: [{ type: "custom", name: "f" }] }, "tools[0].type"],
    [{ tools: [{ type: "function", name: "a b" }] }, "tools[0].name"],
    [{ tool_choice: "required" }, "tool_choice"],
    [{ tool_choice: { type: "web_search" } }, "tool_choice.type"],
    [{ reasoning: { effort: "huge" } }, "reasoning.effort"],
    [{ reasoning: { summary: "detailed" } }, "reasoning.summary"],
    [{ text: { verbosity: "low" } }, "text.verbosity"],
    [{ input: [] }, "input"],
    [{ input: [{ type: "item_reference", id: "x" }] }, "input[0].type"],
    [{ input: [result("nowhere")] }, "input[0].call_id"],
    [{ input: [asked("x"), { role: "user", content: [{ type: "input_file" }] }] }, "input[1].content[0].type"],
    [{ input: [{ role: "user", content: [{ type: "input_image", file_id: "f" }] }] }, "input[0].content[0].image_url"],
    [{ input: [{ type: "reasoning", encrypted_content: "x" }] }, "input[0].encrypted_content"],
    [{ mystery: 1 }, "mystery", "unsupported_field"],
    [{ input: [{ ...asked("x"), mystery: 1 }] }, "input[0].mystery", "unsupported_field"],
  ])("that cannot be honoured are refused by name: %j", (fields, field, code = "invalid_field") => {
    expect(refusal(fields)).toEqual({ code, field });
  });
});
