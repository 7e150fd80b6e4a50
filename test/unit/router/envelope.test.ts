import { describe, expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { scanEnvelope } from "../../../sidecar/router/envelope.ts";

const scan = (text: string) => scanEnvelope(Buffer.from(text));

/** The error that a body is refused with. Anything but a MeshError, and no error at all, fails the test. */
function refusal(text: string): MeshError {
  try {
    scan(text);
  } catch (error) {
    if (error instanceof MeshError) return error;
    throw error;
  }
  throw new Error(`was not refused: ${text.slice(0, 100)}`);
}

const nested = (depth: number): string => `{"model":"m","x":${"[".repeat(depth)}${"]".repeat(depth)}}`;

describe("reading model and stream", () => {
  it.each([
    ["only a model", '{"model":"m"}', { model: "m", stream: false }],
    ["stream true", '{"model":"m","stream":true}', { model: "m", stream: true }],
    ["stream false", '{"stream":false,"model":"m"}', { model: "m", stream: false }],
    ["stream null, which means the default", '{"model":"m","stream":null}', { model: "m", stream: false }],
    ["space everywhere", ' \n{\t"model" :\r\n "m" , "stream": true }\n ', { model: "m", stream: true }],
    ["an escaped key", '{"\\u006dodel":"m","strea\\u006D":true}', { model: "m", stream: true }],
    ["an escaped value", '{"model":"a\\"b\\\\c\\u00e9"}', { model: 'a"b\\cé', stream: false }],
    [
      "a model name of several bytes per character",
      '{"model":"модель-模型-🙂"}',
      { model: "модель-模型-🙂", stream: false },
    ],
    ["the last of two models", '{"model":"first","model":"second"}', { model: "second", stream: false }],
    ["the last of two spellings", '{"\\u006dodel":"first","model":"second"}', { model: "second", stream: false }],
    ["no nested model", '{"x":{"model":"inner"},"y":[{"stream":true}],"model":"m"}', { model: "m", stream: false }],
    ["brackets and quotes in strings", '{"x":"}],\\"{[:","model":"m"}', { model: "m", stream: false }],
    ["keys with quotes and backslashes", '{"\\"model":1,"model\\\\":2,"model":"m"}', { model: "m", stream: false }],
    ["a string that ends in backslashes", '{"x":"\\\\\\\\","model":"m"}', { model: "m", stream: false }],
    ["a big integer", '{"seed":123456789012345678901234567890,"model":"m"}', { model: "m", stream: false }],
    ["all kinds of numbers", '{"a":-0.5e+10,"b":1E-7,"c":0,"model":"m"}', { model: "m", stream: false }],
    ["an empty key", '{"":1,"model":"m"}', { model: "m", stream: false }],
  ])("takes %s", (_name, text, expected) => {
    expect(scan(text)).toEqual({ choices: 1, ...expected });
  });

  it.each([
    ["4", 4],
    ["1", 1],
    ["null", 1],
    ["0", 1],
    ["-3", 1],
    ["2.5", 1],
    ['"4"', 1],
    ["[4]", 1],
  ])("takes n: %s for %i answers", (n, choices) => {
    expect(scan(`{"model":"m","n":${n}}`)).toEqual({ model: "m", stream: false, choices });
  });

  it("takes a megabyte of prompt", () => {
    const prompt = 'Say "hello" \\ and {bracket}\n'.repeat(40_000);
    expect(scan(JSON.stringify({ messages: [{ role: "user", content: prompt }], model: "m", stream: true }))).toEqual({
      model: "m",
      stream: true,
      choices: 1,
    });
  });

  it("refuses a body of very many fields, whose reading would hold up everybody", () => {
    const body = Buffer.from(`{"model":"m"${',"a":1'.repeat(2_000_000)}}`);
    expect(() => scanEnvelope(body)).toThrow(
      new MeshError("invalid_field", { field: "body", problem: "it has too many fields" }),
    );
  });
});

describe("refusing fields of a wrong type", () => {
  it.each([
    ["no model", "{}", "model"],
    ["an empty model", '{"model":""}', "model"],
    ["a number as model", '{"model":1}', "model"],
    ["null as model", '{"model":null}', "model"],
    ["an object as model", '{"model":{"name":"m"}}', "model"],
    ["a later wrong model", '{"model":"m","model":[]}', "model"],
    ["text as stream", '{"model":"m","stream":"true"}', "stream"],
    ["a number as stream", '{"model":"m","stream":1}', "stream"],
  ])("refuses %s and names the field", (_name, text, field) => {
    expect(refusal(text)).toMatchObject({ code: "invalid_field", params: { field } });
  });
});

describe("refusing what is not one JSON object", () => {
  it.each([
    ["nothing", ""],
    ["space alone", "  \n"],
    ["an array", '["model"]'],
    ["a string", '"model"'],
    ["a second object", '{"model":"m"}{}'],
    ["trailing garbage", '{"model":"m"} x'],
    ["a trailing zero byte", '{"model":"m"}\0'],
    ["a trailing comma", '{"model":"m",}'],
    ["a leading comma", '{,"model":"m"}'],
    ["a missing comma", '{"model":"m" "stream":true}'],
    ["a missing colon", '{"model" "m"}'],
    ["a missing value", '{"model":}'],
    ["a bare key", '{model:"m"}'],
    ["single quotes", "{'model':'m'}"],
    ["a comment", '{"model":"m"/* x */}'],
    ["a byte-order mark", '\uFEFF{"model":"m"}'],
    ["a leading zero", '{"model":"m","x":01}'],
    ["NaN", '{"model":"m","x":NaN}'],
    ["a plus sign", '{"model":"m","x":+1}'],
    ["an upper-case literal", '{"model":"m","stream":True}'],
    ["brackets that do not match", '{"model":"m","x":[}]}'],
    ["an unknown escape in the model", '{"model":"\\x"}'],
    ["a line break in the model", '{"model":"a\nb"}'],
    ["a broken escape in a key", '{"\\u00zz":1,"model":"m"}'],
  ])("refuses %s", (_name, text) => {
    expect(refusal(text).code).toBe("malformed_json");
  });

  it("says at which byte, not at which character", () => {
    expect(refusal('{"é":1,"model":"m"} x').params).toEqual({ offset: 21 });
  });

  it("takes 128 levels in a field and refuses one more", () => {
    expect(scan(nested(128))).toEqual({ model: "m", stream: false, choices: 1 });
    expect(refusal(nested(129)).code).toBe("malformed_json");
  });

  it("refuses a million brackets at once", () => {
    expect(refusal(`{"x":${"[".repeat(1_000_000)}`).code).toBe("malformed_json");
  });
});
