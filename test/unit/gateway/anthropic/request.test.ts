import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { countTokens } from "../../../../sidecar/gateway/dialects/anthropic/count-tokens.ts";
import { messages } from "../../../../sidecar/gateway/dialects/anthropic/messages.ts";

const base = { model: "m", max_tokens: 8, messages: [{ role: "user", content: "hi" }] };

// biome-ignore lint/suspicious/noExplicitAny: what backends get is JSON
function translate(fields: object, route = messages): any {
  return JSON.parse(route.translate(Buffer.from(JSON.stringify({ ...base, ...fields }))).body.toString("utf8"));
}

function refusal(fields: object): { code: string; field: unknown } {
  try {
    translate(fields);
  } catch (error) {
    if (error instanceof MeshError) return { code: error.code, field: "field" in error.params && error.params.field };
    throw error;
  }
  throw new Error("It was not refused.");
}
const said = (...content: object[]) => ({ messages: [{ role: "user", content }] });
const history = (...content: object[]) => ({
  messages: [
    { role: "assistant", content },
    { role: "user", content: "go on" },
  ],
});
const tool = { name: "f", description: "does", input_schema: { type: "object" } };

describe("a request of the Messages API", () => {
  it("is the same one in OpenAI's dialect", () => {
    expect(
      translate({
        system: [
          { type: "text", text: "a", cache_control: { type: "ephemeral" } },
          { type: "text", text: "b" },
        ],
        stop_sequences: ["END"],
        temperature: 0.5,
        top_p: 0.9,
        top_k: 5,
        stream: true,
        metadata: { user_id: "u" },
        tools: [tool],
        tool_choice: { type: "tool", name: "f", disable_parallel_tool_use: true },
        output_config: { effort: "max", format: { type: "json_schema", schema: { type: "object" } } },
      }),
    ).toEqual({
      model: "m",
      max_tokens: 8,
      messages: [
        { role: "system", content: "a\nb" },
        { role: "user", content: "hi" },
      ],
      stop: ["END"],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stream: true,
      stream_options: { include_usage: true },
      user: "u",
      tools: [{ type: "function", function: { name: "f", description: "does", parameters: { type: "object" } } }],
      tool_choice: { type: "function", function: { name: "f" } },
      parallel_tool_calls: false,
      reasoning_effort: "xhigh",
      response_format: {
        type: "json_schema",
        json_schema: { name: "answer", schema: { type: "object" }, strict: true },
      },
    });
  });

  it("has its images, results and thoughts in their places", () => {
    const image = (source: object) => ({ type: "image", source });
    const { messages: translated } = translate({
      messages: [
        {
          role: "user",
          content: [
            image({ type: "base64", media_type: "image/png", data: "AAAA" }),
            { type: "text", text: "what is it" },
            image({ type: "url", url: "https://example.com/a.png" }),
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "hm", signature: "s" },
            { type: "text", text: "let me see" },
            { type: "tool_use", id: "1", name: "f", input: { a: [1] } },
            { type: "tool_use", id: "2", name: "f", input: {} },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "1", content: [{ type: "text", text: "one" }] },
            { type: "tool_result", tool_use_id: "2", content: "no", is_error: true },
            { type: "text", text: "well?" },
          ],
        },
      ],
    });
    const call = (id: string, text: string) => ({ id, type: "function", function: { name: "f", arguments: text } });
    expect(translated).toEqual([
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
          { type: "text", text: "what is it" },
          { type: "image_url", image_url: { url: "https://example.com/a.png" } },
        ],
      },
      {
        role: "assistant",
        content: "let me see",
        reasoning_content: "hm",
        tool_calls: [call("1", '{"a":[1]}'), call("2", "{}")],
      },
      { role: "tool", tool_call_id: "1", content: "one" },
      { role: "tool", tool_call_id: "2", content: "Error: no" },
      { role: "user", content: "well?" },
    ]);
  });

  it.each([
    [{ type: "auto" }, "auto"],
    [{ type: "any" }, "required"],
    [{ type: "none" }, "none"],
  ])("chooses its tools: %j", (choice, expected) => {
    expect(translate({ tools: [tool], tool_choice: choice }).tool_choice).toBe(expected);
  });

  it("says nothing of a choice where there are no tools", () => {
    expect(translate({ tools: [], tool_choice: { type: "auto" } })).toEqual(translate({}));
  });

  it.each([
    [{ type: "disabled" }, "none"],
    [{ type: "enabled", budget_tokens: 1024 }, "low"],
    [{ type: "enabled", budget_tokens: 10_000 }, "medium"],
    [{ type: "enabled", budget_tokens: 32_000 }, "high"],
    [{ type: "adaptive" }, undefined],
  ])("thinks as hard as wished: %j", (thinking, effort) => {
    expect(translate({ thinking }).reasoning_effort).toBe(effort);
  });

  it("takes the wish of agents to keep all thoughts, which is what happens anyway", () => {
    const edits = [{ type: "clear_thinking_20251015", keep: "all" }];
    expect(translate({ context_management: { edits } })).toEqual(translate({}));
  });

  it.each<[string, object, string, string]>([
    ["an unknown field", { mcp_servers: [] }, "unsupported_field", "mcp_servers"],
    [
      "clearing what was said",
      { context_management: { edits: [{ type: "clear_tool_uses_20250919" }] } },
      "invalid_field",
      "context_management.edits.0.type",
    ],
    [
      "an unknown field of a block",
      said({ type: "text", text: "x", y: 1 }),
      "unsupported_field",
      "messages.0.content.0.y",
    ],
    [
      "an image elsewhere",
      said({ type: "image", source: { type: "file", file_id: "f" } }),
      "invalid_field",
      "messages.0.content.0.source.type",
    ],
    ["a document", said({ type: "document", source: {} }), "invalid_field", "messages.0.content.0.type"],
    [
      "an image in a result",
      said({ type: "tool_result", tool_use_id: "1", content: [{ type: "image" }] }),
      "invalid_field",
      "messages.0.content.0.content.0.type",
    ],
    [
      "a hidden thought",
      history({ type: "redacted_thinking", data: "x" }),
      "invalid_field",
      "messages.0.content.0.type",
    ],
    [
      "text behind a call",
      history({ type: "tool_use", id: "1", name: "f", input: {} }, { type: "text", text: "x" }),
      "invalid_field",
      "messages.0.content.1.type",
    ],
    [
      "a tool of the service",
      { tools: [{ type: "web_search_20250305", name: "web_search" }] },
      "invalid_field",
      "tools.0.type",
    ],
    ["two tools of one name", { tools: [tool, tool] }, "invalid_field", "tools.1.name"],
    [
      "a choice of no tool",
      { tools: [tool], tool_choice: { type: "tool", name: "g" } },
      "invalid_field",
      "tool_choice.name",
    ],
    ["a demand without tools", { tool_choice: { type: "any" } }, "invalid_field", "tool_choice.type"],
    [
      "thoughts in another form",
      { thinking: { type: "adaptive", display: "spoken" } },
      "invalid_field",
      "thinking.display",
    ],
    [
      "an answer that has begun",
      { messages: [{ role: "assistant", content: "The" }] },
      "invalid_field",
      "messages.0.role",
    ],
    ["an unknown role", { messages: [{ role: "tool", content: "x" }] }, "invalid_field", "messages.0.role"],
    ["no limit", { max_tokens: undefined }, "invalid_field", "max_tokens"],
    ["another speed", { speed: "fast" }, "invalid_field", "speed"],
  ])("is refused by the name of the field for %s", (_name, fields, code, field) => {
    expect(refusal(fields)).toEqual({ code, field });
  });

  it("is refused with the place where it is no JSON, and not a word of it", () => {
    const body = Buffer.from('{"model":"secret" "x"}');
    expect(() => messages.translate(body)).toThrowError(expect.objectContaining({ code: "malformed_json" }));
    expect(() => messages.translate(body)).not.toThrowError(/secret/);
  });

  it("keeps texts, their order, ids and arguments, whatever they are", () => {
    const text = fc.string({ unit: "grapheme" });
    const input = fc.dictionary(fc.string(), fc.jsonValue());
    const turn = fc.record({
      question: text,
      thoughts: text,
      answer: text,
      calls: fc.array(fc.record({ id: fc.string({ minLength: 1 }), input, result: text }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 4 }), (turns) => {
        const conversation = turns.flatMap(({ question, thoughts, answer, calls }) => [
          { role: "user", content: question },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: thoughts, signature: "" },
              { type: "text", text: answer },
              ...calls.map(({ id, input }) => ({ type: "tool_use", id, name: "f", input })),
            ],
          },
          {
            role: "user",
            content: [
              ...calls.map(({ id, result }) => ({ type: "tool_result", tool_use_id: id, content: result })),
              { type: "text", text: "next" },
            ],
          },
        ]);
        const translated = translate({ messages: conversation }).messages as Record<string, unknown>[];
        const expected = turns.flatMap(({ question, thoughts, answer, calls }) => [
          { role: "user", content: question },
          {
            role: "assistant",
            content: answer,
            reasoning_content: thoughts,
            ...(calls.length === 0
              ? {}
              : {
                  tool_calls: calls.map(({ id, input }) => ({
                    id,
                    type: "function",
                    function: { name: "f", arguments: JSON.stringify(input) },
                  })),
                }),
          },
          ...calls.map(({ id, result }) => ({ role: "tool", tool_call_id: id, content: result })),
          { role: "user", content: "next" },
        ]);
        expect(translated).toEqual(expected);
      }),
    );
  });
});

describe("a request to count", () => {
  it("counts what the same request would be read as", () => {
    const fields = { system: "s", tools: [tool], tool_choice: { type: "none" }, thinking: { type: "disabled" } };
    const { max_tokens: _, ...asked } = translate(fields);
    expect(translate({ ...fields, max_tokens: undefined }, countTokens)).toEqual(asked);
  });
});
