import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ListedAnthropicModel, listedModelSchema } from "../../../../contract/anthropic/answer.ts";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { toMessagesCall } from "../../../../sidecar/backends/translation/anthropic/messages-request.ts";
import { messages as anthropicRoute } from "../../../../sidecar/gateway/dialects/anthropic/messages.ts";
import { objectionTo } from "../../../support/stand-in-anthropic/check-request.ts";
import { modelEntry } from "../../../support/stand-in-anthropic/wire.ts";

const newer = listedModelSchema.parse(modelEntry("m"));
const older = listedModelSchema.parse(modelEntry("m", { adaptive: false }));
const base = { model: "alias", messages: [{ role: "user", content: "hi" }], max_tokens: 8 };

const callOf = (fields: object, listed: ListedAnthropicModel | undefined = newer) =>
  toMessagesCall(Buffer.from(JSON.stringify({ ...base, ...fields })), { model: "m", listed });

/** What is sent; all that is sent keeps the API's rules, as the stand-in has them. */
// biome-ignore lint/suspicious/noExplicitAny: what servers get is JSON
function translate(fields: object, listed?: ListedAnthropicModel): any {
  const sent = JSON.parse(JSON.stringify(callOf(fields, listed).fields));
  expect(objectionTo(sent)).toBeNull();
  return sent;
}

function refusal(fields: object, listed?: ListedAnthropicModel): { code: string; field: unknown } {
  try {
    callOf(fields, listed);
  } catch (error) {
    if (error instanceof MeshError) return { code: error.code, field: "field" in error.params && error.params.field };
    throw error;
  }
  throw new Error("It was not refused.");
}
const call = (id: string, text = "{}") => ({ id, type: "function", function: { name: "f", arguments: text } });
const tool = { type: "function", function: { name: "f", description: "does", parameters: { properties: {} } } };
const schema = { type: "object", properties: { a: { type: "string" } } };

describe("a chat completion for the Messages API", () => {
  it("is the same request there", () => {
    expect(
      translate({
        messages: [
          { role: "system", content: "a" },
          { role: "developer", content: [{ type: "text", text: "b" }] },
          {
            role: "user",
            content: [
              { type: "text", text: "look" },
              { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
              { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "auto" } },
            ],
          },
        ],
        max_completion_tokens: 9,
        stop: "END",
        temperature: 0.5,
        top_p: 0.9,
        top_k: 5,
        stream: true,
        user: "u",
        tools: [tool],
        tool_choice: { type: "function", function: { name: "f" } },
        parallel_tool_calls: false,
        reasoning_effort: "medium",
        response_format: { type: "json_schema", json_schema: { name: "x", description: "it", schema } },
      }),
    ).toEqual({
      model: "m",
      max_tokens: 9,
      system: [
        { type: "text", text: "a" },
        { type: "text", text: "b" },
      ],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "look" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } },
            { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
          ],
        },
      ],
      stop_sequences: ["END"],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stream: true,
      metadata: { user_id: "u" },
      tools: [{ name: "f", description: "does", input_schema: { type: "object", properties: {} } }],
      tool_choice: { type: "tool", name: "f", disable_parallel_tool_use: true },
      thinking: { type: "adaptive", display: "summarized" },
      output_config: { effort: "medium", format: { type: "json_schema", schema: { ...schema, description: "it" } } },
    });
  });

  it("gives results of calls back in one message, with what is said behind them", () => {
    const { messages } = translate({
      messages: [
        { role: "user", content: "do" },
        { role: "assistant", content: "Both.", tool_calls: [call("1", '{"a":1}'), call("2", "")] },
        { role: "tool", tool_call_id: "1", content: "one" },
        { role: "tool", tool_call_id: "2", content: "" },
        { role: "user", content: "go on" },
      ],
    });
    expect(messages.slice(1)).toEqual([
      {
        role: "assistant",
        content: [
          { type: "text", text: "Both." },
          { type: "tool_use", id: "1", name: "f", input: { a: 1 } },
          { type: "tool_use", id: "2", name: "f", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "1", content: [{ type: "text", text: "one" }] },
          { type: "tool_result", tool_use_id: "2" },
          { type: "text", text: "go on" },
        ],
      },
    ]);
  });

  it("gives thoughts back with their signatures, and those without to nobody", () => {
    const thinking_blocks = [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "redacted_thinking", data: "d" },
    ];
    const { messages } = translate({
      messages: [
        { role: "user", content: "do" },
        { role: "assistant", content: "a", reasoning_content: "hm", thinking_blocks },
        { role: "user", content: "and" },
        { role: "assistant", content: "b", reasoning_content: "unsigned", refusal: null, annotations: [] },
        { role: "user", content: "more" },
      ],
    });
    expect(messages[1].content).toEqual([...thinking_blocks, { type: "text", text: "a" }]);
    expect(messages[3].content).toEqual([{ type: "text", text: "b" }]);
  });

  it("always has the limit that the API demands: the request's, or one that the model can do", () => {
    const { max_tokens: _, ...open } = base;
    const limitOf = (fields: object, listed?: ListedAnthropicModel) =>
      toMessagesCall(Buffer.from(JSON.stringify({ ...open, ...fields })), { model: "m", listed }).fields.max_tokens;
    expect(limitOf({ max_tokens: 5 }, newer)).toBe(5);
    expect(limitOf({}, newer)).toBe(32_768);
    expect(limitOf({}, { ...newer, max_tokens: 8192 })).toBe(8192);
    expect(limitOf({}, undefined)).toBe(4096);
  });

  it.each([
    ["none", newer, { thinking: { type: "disabled" } }],
    ["minimal", newer, { thinking: { type: "adaptive", display: "summarized" }, output_config: { effort: "low" } }],
    ["xhigh", newer, { thinking: { type: "adaptive", display: "summarized" }, output_config: { effort: "xhigh" } }],
    ["high", undefined, { thinking: { type: "adaptive", display: "summarized" }, output_config: { effort: "high" } }],
    ["low", older, { thinking: { type: "enabled", budget_tokens: 4096 } }],
    ["xhigh", older, { thinking: { type: "enabled", budget_tokens: 19_999 } }],
  ])("asks for effort %s in the form that the model takes", (reasoning_effort, listed, expected) => {
    const sent = translate({ reasoning_effort, max_tokens: 20_000 }, listed);
    expect(sent).toMatchObject(expected);
    if (listed === older) expect(sent).not.toHaveProperty("output_config");
  });

  it.each([
    [{ tool_choice: "none", tools: [tool], parallel_tool_calls: false }, { tool_choice: { type: "none" } }],
    [{ tool_choice: "required", tools: [tool] }, { tool_choice: { type: "any" } }],
    [{ tools: [tool], parallel_tool_calls: false }, { tool_choice: { type: "auto", disable_parallel_tool_use: true } }],
  ])("chooses tools as it was asked to: %j", (fields, expected) => {
    expect(translate(fields)).toMatchObject(expected);
  });

  it("leaves out what asks for nothing", () => {
    const idle = { n: 1, logprobs: false, presence_penalty: 0, frequency_penalty: 0, logit_bias: {}, seed: null };
    const more = { store: false, service_tier: "auto", modalities: ["text"], response_format: { type: "text" } };
    expect(translate({ ...idle, ...more, tool_choice: "auto" })).toEqual(translate({}));
  });

  it.each([
    ["n", { n: 2 }],
    ["logprobs", { logprobs: true }],
    ["logit_bias", { logit_bias: { 5: 1 } }],
    ["seed", { seed: 1 }],
    ["presence_penalty", { presence_penalty: 0.5 }],
    ["temperature", { temperature: 1.5 }],
    ["response_format.type", { response_format: { type: "json_object" } }],
    ["web_search_options", { web_search_options: {} }],
    ["continue_final_message", { continue_final_message: true }],
    ["messages.0.name", { messages: [{ role: "user", content: "a", name: "Ann" }] }],
    ["messages.1.role", { messages: [base.messages[0], { role: "system", content: "now" }] }],
    ["messages.1.role", { messages: [base.messages[0], { role: "assistant", content: "Well," }] }],
    [
      "messages.0.content.0.image_url.url",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "http://10.0.0.1/a.png" } }] }] },
    ],
  ])("is refused by name where there are no words for %s", (field, fields) => {
    expect(refusal(fields)).toEqual({ code: "unsupported_field", field });
  });

  it.each([
    ["temperature", { temperature: "hot" }],
    ["messages", { messages: [{ role: "system", content: "a" }] }],
    ["messages.0.content", { messages: [{ role: "user", content: "" }] }],
    [
      "messages.0.tool_calls.0.function.arguments",
      { messages: [{ role: "assistant", tool_calls: [call("1", "[1]")] }, base.messages[0]] },
    ],
    ["tool_choice", { tool_choice: "required" }],
  ])("is refused where %s is not what it should be", (field, fields) => {
    expect(refusal(fields)).toEqual({ code: "invalid_field", field });
  });

  it("is refused where a budget for thinking has no room, or the model cannot do as asked", () => {
    expect(refusal({ reasoning_effort: "low", max_tokens: 1000 }, older).field).toBe("reasoning_effort");
    const { capabilities } = newer;
    const mute = { ...newer, capabilities: { ...capabilities, thinking: { supported: false, types: {} } } } as never;
    expect(refusal({ reasoning_effort: "low" }, mute)).toEqual({
      code: "unsupported_field",
      field: "reasoning_effort",
    });
    expect(translate({ reasoning_effort: "none" }, mute)).not.toHaveProperty("thinking");
  });
});

describe("a request of the Messages API that goes through OpenAI's dialect and back", () => {
  const text = fc.string({ minLength: 1, unit: "grapheme" }).filter((each) => each.trim() !== "");
  const textBlock = text.map((value) => ({ type: "text" as const, text: value }));
  const image = fc.constantFrom(
    { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } },
    { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
  );
  const said = fc.array(fc.oneof(textBlock, image), { minLength: 1, maxLength: 3 });
  const input = fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false }), { noNullPrototype: true });
  const uses = fc.array(input, { maxLength: 3 });
  /** One turn of the assistant's with its calls, and the person's with their results. */
  const turn = fc.tuple(fc.option(textBlock, { nil: undefined }), uses, fc.array(text, { maxLength: 3 }), said);
  const conversation = fc.tuple(said, fc.array(turn, { maxLength: 4 })).map(([first, turns]) => {
    const messages: object[] = [{ role: "user", content: first }];
    for (const [index, [words, inputs, results, next]] of turns.entries()) {
      const calls = inputs.map((value, at) => ({ type: "tool_use", id: `c${index}-${at}`, name: "f", input: value }));
      const content = [...(words === undefined ? [] : [words]), ...calls];
      if (content.length === 0) continue;
      const answers = calls.map(({ id }, at) => {
        const result = results[at];
        const blocks = result === undefined ? {} : { content: [{ type: "text", text: result }] };
        return { type: "tool_result", tool_use_id: id, ...blocks };
      });
      messages.push({ role: "assistant", content }, { role: "user", content: [...answers, ...next] });
    }
    return messages;
  });
  const settings = fc.record(
    {
      system: fc.array(textBlock, { minLength: 1, maxLength: 1 }),
      temperature: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
      top_k: fc.nat(100),
      stop_sequences: fc.array(text, { minLength: 1, maxLength: 3 }),
      metadata: fc.record({ user_id: text }),
      stream: fc.constant(true),
      output_config: fc.record({
        format: fc.record({ type: fc.constant("json_schema"), schema: fc.constant(schema) }),
      }),
    },
    { requiredKeys: [] },
  );
  const tools = fc.record({
    tools: fc.constant([{ name: "f", description: "does", input_schema: schema, strict: true }]),
    tool_choice: fc.constantFrom(
      { type: "auto" },
      { type: "any", disable_parallel_tool_use: true },
      { type: "tool", name: "f" },
      { type: "none" },
    ),
  });

  it("keeps its meaning and its order", () => {
    fc.assert(
      fc.property(conversation, settings, tools, (messages, fields, functions) => {
        const request = { model: "m", max_tokens: 64, ...fields, ...functions, messages };
        const sent = JSON.parse(JSON.stringify(request));
        const there = anthropicRoute.translate(Buffer.from(JSON.stringify(sent))).body;
        const back = JSON.parse(JSON.stringify(toMessagesCall(there, { model: "m", listed: newer }).fields));
        expect(back).toEqual(sent);
        expect(objectionTo(back)).toBeNull();
      }),
    );
  });
});
