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
    expect(scan(text)).toMatchObject({ choices: 1, ...expected });
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
    expect(scan(`{"model":"m","n":${n}}`)).toMatchObject({ model: "m", stream: false, choices });
  });

  it("takes a megabyte of prompt", () => {
    const prompt = 'Say "hello" \\ and {bracket}\n'.repeat(40_000);
    expect(
      scan(JSON.stringify({ messages: [{ role: "user", content: prompt }], model: "m", stream: true })),
    ).toMatchObject({
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

describe("reading what a backend must be able to do", () => {
  const plain = {
    maxTokens: null,
    hasTools: false,
    toolsRange: null,
    hasImages: false,
    wantsSchema: false,
    hasSuffix: false,
    messagesStart: null,
    messageEnds: [],
  };
  const part = (fields: object): object => ({ messages: [{ role: "user", content: [fields] }] });

  it.each<[string, object, object]>([
    ["nothing of it", {}, {}],
    ["a limit of tokens", { max_tokens: 7 }, { maxTokens: 7 }],
    ["the newer limit rather than the older", { max_completion_tokens: 5, max_tokens: 7 }, { maxTokens: 5 }],
    ["the older limit where the newer is null", { max_completion_tokens: null, max_tokens: 7 }, { maxTokens: 7 }],
    ["no limit where it is no number", { max_tokens: "7" }, { maxTokens: null }],
    ["tools", { tools: [{ type: "function" }] }, { hasTools: true, toolsRange: expect.anything() }],
    ["no tools in an empty list", { tools: [] }, { hasTools: false, toolsRange: expect.anything() }],
    ["no tools in null", { tools: null }, {}],
    [
      "a demanded schema",
      { response_format: { type: "json_schema", json_schema: { name: "x" } } },
      { wantsSchema: true },
    ],
    ["demanded JSON", { response_format: { type: "json_object" } }, { wantsSchema: true }],
    ["no demand in plain text", { response_format: { type: "text" } }, {}],
    ["no demand in null", { response_format: null }, {}],
    ["what stands behind a gap", { suffix: "\n}" }, { hasSuffix: true }],
    ["no gap before nothing", { suffix: "" }, {}],
    ["no gap in null", { suffix: null }, {}],
  ])("takes %s", (_name, fields, expected) => {
    expect(scan(JSON.stringify({ ...fields, model: "m" }))).toMatchObject({ ...plain, ...expected });
  });

  it.each<[boolean, object]>([
    [true, { type: "image_url", image_url: { url: "data:" } }],
    [true, { image_url: "x", type: "input_image" }],
    [false, { type: "text", text: "type" }],
    [false, { type: "text", text: "image_url" }],
    [false, { text: "type", type: "text" }],
  ])("sees an image (%s) in %j", (hasImages, fields) => {
    for (const indent of [0, 2]) {
      expect(scan(JSON.stringify({ ...part(fields), model: "m" }, undefined, indent)).hasImages).toBe(hasImages);
    }
  });

  it("forgets what an earlier field of the same name held", () => {
    const image = JSON.stringify(part({ type: "image_url" })).slice(1, -1);
    const envelope = scan(
      `{"model":"m",${image},"messages":null,"tools":[1],"tools":null,"max_tokens":1,"max_tokens":2}`,
    );
    expect(envelope).toMatchObject({ ...plain, maxTokens: 2 });
  });
});

describe("places in the body", () => {
  const slice = (text: string, { start, end }: { start: number; end: number }): string =>
    Buffer.from(text).toString("utf8", start, end);

  it("gives the model's name with its quotes, as it is spelled", () => {
    const text = '{"é":1, "model" : "a\\u0062" , "tools": [ 1 ]}';
    const { modelRange, toolsRange } = scan(text);
    expect(slice(text, modelRange)).toBe('"a\\u0062"');
    expect(slice(text, toolsRange ?? { start: 0, end: 0 })).toBe("[ 1 ]");
  });

  it("gives the end of each message, so that equal beginnings of conversations have equal bytes", () => {
    const messages = [
      { role: "system", content: "模 [{" },
      { role: "user", content: [{ type: "text", text: "}" }] },
    ];
    const text = JSON.stringify({ messages, model: "m" });
    const { messagesStart, messageEnds } = scan(text);
    expect(messageEnds.map((end) => JSON.parse(`${slice(text, { start: messagesStart ?? 0, end })}]`))).toEqual([
      messages.slice(0, 1),
      messages,
    ]);
  });

  it.each([16, 17, 64, 65, 200, 1000])("keeps the first and the last ends of %i messages, in order", (count) => {
    const text = JSON.stringify({ model: "m", messages: Array.from({ length: count }, (_, index) => ({ index })) });
    const { messageEnds } = scan(text);
    const indexes = messageEnds.map((end) => Number(/(\d+)\}$/.exec(text.slice(0, end))?.[1]));
    const all = Array.from({ length: count }, (_, index) => index);
    expect(indexes).toEqual(count <= 64 ? all : [...all.slice(0, 16), ...all.slice(-48)]);
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
    expect(scan(nested(128))).toMatchObject({ model: "m", stream: false, choices: 1 });
    expect(refusal(nested(129)).code).toBe("malformed_json");
  });

  it("refuses a million brackets at once", () => {
    expect(refusal(`{"x":${"[".repeat(1_000_000)}`).code).toBe("malformed_json");
  });
});
