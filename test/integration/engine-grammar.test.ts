import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { chatBody, post } from "../support/chat-request.ts";
import { matchesSchema } from "../support/matches-schema.ts";
import { schemaList } from "../support/schema-list.ts";
import { TestNode } from "../support/test-node.ts";

let node: TestNode;

beforeAll(async () => {
  node = await TestNode.create({ models: [inject("models").tiny] });
  await node.attach();
});
afterAll(() => node.dispose());

interface Choice {
  readonly message: { readonly content: string };
  readonly finish_reason: string;
}

async function ask(extra: Record<string, unknown>): Promise<Choice[]> {
  const { status, json } = await post(node, chatBody("tiny", { max_tokens: 300, temperature: 1, n: 4, ...extra }));
  expect(status, JSON.stringify(json)).toBe(200);
  return json.choices;
}

const formatOf = (schema: unknown) => ({ type: "json_schema", json_schema: { name: "test", schema } });

describe("a model that talks nonsense", () => {
  for (const [name, schema] of Object.entries(schemaList)) {
    it(`answers with JSON that matches: ${name}`, async () => {
      for (const { message, finish_reason } of await ask({ response_format: formatOf(schema), seed: 1 })) {
        expect(matchesSchema(JSON.parse(message.content), schema), message.content).toBe(true);
        expect(["stop", "length"]).toContain(finish_reason);
      }
    });
  }

  it("answers with an object in JSON mode, hot or cold", async () => {
    for (const temperature of [0, 2]) {
      for (const { message } of await ask({ response_format: { type: "json_object" }, temperature })) {
        expect(JSON.parse(message.content)).toBeTypeOf("object");
      }
    }
  });

  it("closes an answer validly when the room runs out, and says that it was cut", async () => {
    // Without an end in sight: a list of long texts.
    const schema = { type: "array", items: { type: "string", minLength: 10 }, minItems: 20 };
    const choices = await ask({ response_format: formatOf(schema), max_tokens: 500, seed: 3 });
    for (const { message } of choices) expect(matchesSchema(JSON.parse(message.content), schema)).toBe(true);
    expect(choices.map((choice) => choice.finish_reason)).toContain("length");
  });

  it("says `length` when not even the shortest answer fits", async () => {
    const schema = { type: "string", minLength: 100 };
    const [choice] = await ask({ response_format: formatOf(schema), max_tokens: 20, n: 1 });
    expect(choice?.finish_reason).toBe("length");
  });
});

describe("a schema that cannot be enforced", () => {
  const cases: readonly [name: string, schema: unknown, param: string][] = [
    ["a keyword", { type: "object", properties: { a: { not: {} } } }, "properties.a.not"],
    ["endless recursion", { $ref: "#" }, ""],
    ["a doubling recursion", { anyOf: [{ $ref: "#" }, { $ref: "#" }] }, ""],
    ["too many words", { enum: Array.from({ length: 20_000 }, (_, index) => `word ${index}`) }, "enum"],
  ];
  for (const [name, schema, part] of cases) {
    it(`is refused with the part that is at fault: ${name}`, async () => {
      const { status, json } = await post(node, chatBody("tiny", { response_format: formatOf(schema) }));
      expect(status).toBe(400);
      expect(["schema_not_supported", "malformed_json"]).toContain(json.error.code);
      if (json.error.code === "schema_not_supported") {
        expect(json.error.param).toContain("response_format");
        expect(json.error.param).toContain(part);
      }
    });
  }

  it("does not include one that is merely deep", async () => {
    const deep = (depth: number): object =>
      depth === 0 ? {} : { type: "object", properties: { a: deep(depth - 1), b: { type: "integer" } } };
    const schema = deep(30);
    for (const { message } of await ask({ response_format: formatOf(schema) })) {
      expect(matchesSchema(JSON.parse(message.content), schema as Record<string, unknown>)).toBe(true);
    }
  });

  it("is refused in a tool as well", async () => {
    const tools = [{ type: "function", function: { name: "a", parameters: { type: "object", not: {} } } }];
    const { status, json } = await post(node, chatBody("tiny", { tools }));
    expect([status, json.error.param]).toEqual([400, "tools[0].function.parameters.not"]);
  });
});
