import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sayLimitAnew } from "../../../../sidecar/backends/translation/openai/limit-words.ts";
import { scanEnvelope } from "../../../../sidecar/router/envelope.ts";

const say = (text: string, model?: string) => {
  const body = Buffer.from(text);
  const envelope = scanEnvelope(body);
  return sayLimitAnew({ path: "/v1/chat/completions", body, envelope, model: model ?? envelope.model });
};

describe("a request for OpenAI's cloud", () => {
  it("has its limit under the name that all models take, and every other byte as it was", () => {
    const text =
      '{ "model":"gpt","max_tokens" : 12,\n"messages":[{"role":"user","content":"max_tokens \\"max_tokens\\": 1"}],"seed":12345678901234567890}';
    expect(say(text)?.body.toString()).toBe(text.replace('"max_tokens" :', '"max_completion_tokens" :'));
  });

  it("names the model as the cloud does, where an alias stands for it", () => {
    expect(JSON.parse(say('{"max_tokens":1,"model":"mine","messages":[]}', "gpt-5")?.body.toString() ?? "")).toEqual({
      max_completion_tokens: 1,
      model: "gpt-5",
      messages: [],
    });
  });

  it.each([
    ["it has no limit", '{"model":"m","messages":[]}'],
    ["it uses the newer name", '{"model":"m","max_completion_tokens":1}'],
    ["it uses both names", '{"model":"m","max_tokens":1,"max_completion_tokens":2}'],
    ["it says its limit twice", '{"model":"m","max_tokens":1,"max_tokens":2}'],
    ["its limit is within something else", '{"model":"m","metadata":{"max_tokens":1}}'],
  ])("passes as it came when %s", (_name, text) => expect(say(text)).toBeUndefined());

  it("means the same, whatever else is in it", () => {
    const value = fc.jsonValue();
    const others = fc.dictionary(
      fc.string().filter((name) => !/^(model|stream|max_.*|n)$/.test(name)),
      value,
    );
    fc.assert(
      fc.property(others, fc.integer({ min: 1, max: 9999 }), fc.nat(20), (fields, limit, at) => {
        const entries = Object.entries({ ...fields, model: "m" });
        const all = [...entries.slice(0, at), ["max_tokens", limit] as const, ...entries.slice(at)];
        const text = `{${all.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`).join(",")}}`;
        const said = JSON.parse(say(text)?.body.toString() ?? "null");
        const { max_tokens: _old, ...rest } = JSON.parse(text);
        expect(said).toEqual({ ...rest, max_completion_tokens: limit });
      }),
    );
  });
});
