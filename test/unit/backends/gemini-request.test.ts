import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GeminiStandIn, model, wholePath } from "../../support/gemini-stand-in.ts";
import { status } from "../../support/stand-in-server.ts";

let gemini: GeminiStandIn;

beforeEach(async () => {
  gemini = await GeminiStandIn.start();
});
afterEach(() => gemini.dispose());

const call = (id: string, args: unknown, extra: object = {}) => ({
  id,
  type: "function",
  function: { name: "look", arguments: JSON.stringify(args) },
  ...extra,
});
const user = { role: "user", content: "hi" };

describe("a chat for a stand-in of the Gemini API", () => {
  it("goes with the key in a header, and not in the address", async () => {
    await gemini.chat({});
    const [received] = gemini.server.received;
    expect(received?.headers["x-goog-api-key"]).toBe("g-secret");
    expect(received?.headers.authorization).toBeUndefined();
    expect(received?.path).not.toContain("secret");
  });

  it("has its settings in Gemini's names", async () => {
    const schema = { type: "object", properties: { a: { $ref: "#/$defs/x" } }, $defs: { x: { type: "integer" } } };
    const { sent } = await gemini.chat({
      messages: [{ role: "system", content: "be" }, { role: "developer", content: "short" }, user],
      top_p: 0.5,
      top_k: 3,
      seed: 7,
      n: 2,
      stop: ["x", "y"],
      presence_penalty: 1,
      frequency_penalty: -1,
      max_completion_tokens: 9,
      reasoning_effort: "low",
      response_format: { type: "json_schema", json_schema: { name: "n", schema } },
    });
    expect(sent).toEqual({
      systemInstruction: { parts: [{ text: "be" }, { text: "short" }] },
      contents: [{ role: "user", parts: [{ text: "hi" }] }],
      generationConfig: {
        temperature: 0,
        topP: 0.5,
        topK: 3,
        seed: 7,
        candidateCount: 2,
        stopSequences: ["x", "y"],
        presencePenalty: 1,
        frequencyPenalty: -1,
        maxOutputTokens: 9,
        thinkingConfig: { thinkingLevel: "LOW", includeThoughts: true },
        responseMimeType: "application/json",
        responseJsonSchema: schema,
      },
    });
  });

  it("thinks by tokens with older models, by levels with newer ones, and tells its thoughts where the list says that it has some", async () => {
    const thinking = async (extra: Record<string, unknown>, backend = gemini.backend()) =>
      (await gemini.chat(extra, backend)).sent.generationConfig.thinkingConfig;
    gemini.server.replies.set(
      "POST /v1beta/models/gemini-2.5-flash:generateContent",
      gemini.server.replies.get(wholePath) as never,
    );
    const old = { model: "gemini-2.5-flash" };
    expect(await thinking({ ...old, reasoning_effort: "none" })).toEqual({ thinkingBudget: 0, includeThoughts: false });
    expect(await thinking({ ...old, reasoning_effort: "high" })).toEqual({
      thinkingBudget: 24_576,
      includeThoughts: true,
    });
    expect(await thinking({ reasoning_effort: "minimal" })).toEqual({
      thinkingLevel: "MINIMAL",
      includeThoughts: true,
    });
    expect(await thinking({})).toBeUndefined();
    const backend = gemini.backend();
    await backend.refresh(new AbortController().signal);
    expect(await thinking({}, backend)).toEqual({ includeThoughts: true });
  });

  it.each([
    ["auto", false, { mode: "AUTO" }],
    ["auto", true, { mode: "VALIDATED" }],
    ["none", false, { mode: "NONE" }],
    ["required", false, { mode: "ANY" }],
    [{ type: "function", function: { name: "look" } }, false, { mode: "ANY", allowedFunctionNames: ["look"] }],
  ])("offers functions, to be called as %j says (strict: %s)", async (choice, strict, config) => {
    const parameters = { type: "object", properties: { at: { type: ["string", "null"] } } };
    const tools = [{ type: "function", function: { name: "look", description: "d", parameters, strict } }];
    const { sent } = await gemini.chat({ tools, tool_choice: choice });
    expect(sent.tools).toEqual([
      { functionDeclarations: [{ name: "look", description: "d", parametersJsonSchema: parameters }] },
    ]);
    expect(sent.toolConfig).toEqual({ functionCallingConfig: config });
  });

  it("has results of calls that were made together in one place, each with name and id", async () => {
    const messages = [
      user,
      { role: "assistant", content: null, tool_calls: [call("a", { x: 1 }), call("b", {})] },
      { role: "tool", tool_call_id: "b", content: "two" },
      { role: "tool", tool_call_id: "a", content: '{"one":1}' },
      user,
    ];
    const { sent } = await gemini.chat({ messages });
    const result = (id: string, output: string) => ({ functionResponse: { id, name: "look", response: { output } } });
    expect(sent.contents.slice(2)).toEqual([
      { role: "user", parts: [result("b", "two"), result("a", '{"one":1}')] },
      { role: "user", parts: [{ text: "hi" }] },
    ]);
  });

  it("brings each call's signature back untouched, from its field or by its id, and marks calls of others", async () => {
    const parts = [{ functionCall: { id: "kept", name: "look", args: {} }, thoughtSignature: "c2ln+/=" }];
    const answer = { candidates: [{ content: { parts }, finishReason: "STOP" }] };
    const backend = gemini.backend();
    gemini.server.replies.set(wholePath, status(200, answer));
    const [choice] = JSON.parse((await gemini.chat({}, backend)).sink.text).choices;
    expect(choice.message.tool_calls[0]).toMatchObject({ extra_content: { google: { thought_signature: "c2ln+/=" } } });
    const signatureOf = async (made: object, name = model) => {
      const messages = [user, { role: "assistant", tool_calls: [made] }];
      return (await gemini.chat({ messages, model: name }, backend)).sent.contents[1].parts[0].thoughtSignature;
    };
    expect(await signatureOf(call("any", {}, { extra_content: { google: { thought_signature: "eA==" } } }))).toBe(
      "eA==",
    );
    expect(await signatureOf(call("kept", {}))).toBe("c2ln+/=");
    expect(await signatureOf(call("of another model", {}))).toBe("skip_thought_signature_validator");
    gemini.server.replies.set("POST /v1beta/models/gemini-2.5-pro:generateContent", status(200, answer));
    expect(await signatureOf(call("of another model", {}), "gemini-2.5-pro")).toBeUndefined();
  });

  it("has images that are in the request itself", async () => {
    const url = "data:image/png;base64,iVBORw0KGgo=";
    const content = [
      { type: "image_url", image_url: { url } },
      { type: "text", text: "what" },
    ];
    const { sent } = await gemini.chat({ messages: [{ role: "user", content }] });
    expect(sent.contents[0].parts).toEqual([
      { inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } },
      { text: "what" },
    ]);
  });

  it("is refused by the name of what would be lost", async () => {
    const image = (url: string) => ({
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
    });
    const cases: [Record<string, unknown>, string][] = [
      [{ logit_bias: { 1: 1 } }, "logit_bias"],
      [{ logprobs: true }, "logprobs"],
      [{ min_p: 0.1 }, "min_p"],
      [{ repeat_penalty: 1.1 }, "repeat_penalty"],
      [{ top_k: 0 }, "top_k"],
      [{ parallel_tool_calls: false }, "parallel_tool_calls"],
      [{ stop: ["1", "2", "3", "4", "5", "6"] }, "stop"],
      [{ reasoning_effort: "none" }, "reasoning_effort"],
      [{ chat_template_kwargs: { x: 1 } }, "chat_template_kwargs"],
      [{ tools: [{ type: "function", function: { name: "1x" } }] }, "tools.0.function.name"],
      [{ messages: [user, { role: "system", content: "late" }] }, "messages.1.role"],
      [image("https://example.com/a.png"), "messages.0.content.0.image_url.url"],
      [{ continue_final_message: true }, "continue_final_message"],
      [{ unheard_of: 1 }, "unheard_of"],
    ];
    for (const [extra, field] of cases) {
      expect(await gemini.refusal(extra)).toMatchObject({ code: "unsupported_field", field });
    }
    expect(gemini.server.received).toEqual([]);
  });

  it("keeps every turn, its order and its words, whatever they are", async () => {
    const text = fc.string({ unit: "binary", minLength: 1 }).filter((value) => value.isWellFormed());
    const args = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue(), { maxKeys: 3, noNullPrototype: true });
    const turn = fc.oneof(
      fc.record({ said: text }),
      fc.record({ answered: text, thought: text }),
      fc.record({ args, result: text }),
    );
    const backend = gemini.backend();
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 6 }), async (turns) => {
        const messages = turns.flatMap((each, index): object[] => {
          if ("said" in each) return [{ role: "user", content: each.said }];
          if ("answered" in each) {
            return [{ role: "assistant", content: each.answered, reasoning_content: each.thought }];
          }
          const id = `c${index}`;
          const result = { role: "tool", tool_call_id: id, content: each.result };
          return [{ role: "assistant", tool_calls: [call(id, each.args)] }, result];
        });
        const { sent } = await gemini.chat({ messages }, backend);
        const expected = turns.flatMap((each, index): object[][] => {
          if ("said" in each) return [[{ text: each.said }]];
          if ("answered" in each) return [[{ text: each.thought, thought: true }, { text: each.answered }]];
          const names = { id: `c${index}`, name: "look" };
          return [
            [expect.objectContaining({ functionCall: { ...names, args: JSON.parse(JSON.stringify(each.args)) } })],
            [{ functionResponse: { ...names, response: { output: each.result } } }],
          ];
        });
        expect(sent.contents.map(({ parts }: { parts: object[] }) => parts)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});
