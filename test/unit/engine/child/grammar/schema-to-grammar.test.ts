import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../../../sidecar/demo-model/seeded-random.ts";
import { GrammarCursor } from "../../../../../sidecar/engine/child/grammar/grammar-cursor.ts";
import type { Grammar } from "../../../../../sidecar/engine/child/grammar/grammar-node.ts";
import { SchemaCompiler } from "../../../../../sidecar/engine/child/grammar/schema-to-grammar.ts";
import { UnsupportedSchema } from "../../../../../sidecar/engine/child/grammar/unsupported-schema.ts";
import { matchesSchema } from "../../../../support/matches-schema.ts";
import { sampleGrammar } from "../../../../support/sample-grammar.ts";
import { schemaList } from "../../../../support/schema-list.ts";

function grammarOf(schema: Parameters<SchemaCompiler["add"]>[0]): Grammar {
  const compiler = new SchemaCompiler();
  return compiler.grammar(compiler.add(schema));
}

/** Numbers from 0 to 1. */
function randomOf(seed: number): () => number {
  const random = new SeededRandom(seed);
  return () => random.fraction();
}

describe("a schema's grammar", () => {
  for (const [name, schema] of Object.entries(schemaList)) {
    it(`allows only JSON that matches: ${name}`, () => {
      const grammar = grammarOf(schema);
      for (let seed = 1; seed <= 60; seed++) {
        const text = sampleGrammar(grammar, randomOf(seed));
        expect(matchesSchema(JSON.parse(text), schema), text).toBe(true);
      }
    });

    it(`can be closed validly from anywhere: ${name}`, () => {
      const grammar = grammarOf(schema);
      for (let seed = 1; seed <= 20; seed++) {
        const random = randomOf(seed);
        const characters = [...sampleGrammar(grammar, random, 60)];
        const beginning = characters.slice(0, Math.floor(random() * (characters.length + 1))).join("");
        const cursor = new GrammarCursor(grammar);
        expect(cursor.accept(beginning), beginning).toBe(true);
        const whole = beginning + cursor.closing;
        expect(matchesSchema(JSON.parse(whole), schema), whole).toBe(true);
        expect(new GrammarCursor(cursor.rest()).accept(cursor.closing)).toBe(true);
      }
    });
  }

  it("knows when nothing may follow, and when something must", () => {
    const cursor = new GrammarCursor(grammarOf({ enum: ["a", "ab"] }));
    expect([cursor.isComplete, cursor.mustEnd]).toEqual([false, false]);
    expect(cursor.accept('"a')).toBe(true);
    expect(cursor.accept("c")).toBe(false);
    expect(cursor.closing).toBe('"');
    expect(cursor.accept('b"')).toBe(true);
    expect([cursor.isComplete, cursor.mustEnd]).toEqual([true, true]);
    expect(cursor.accept(" ")).toBe(false);
  });

  it("leaves nothing to chance in what matches exactly one schema", () => {
    const both = { oneOf: [{ type: "integer" }, { type: "number" }] };
    expect(() => grammarOf(both)).toThrow(UnsupportedSchema);
  });
});

describe("a schema that cannot become a grammar", () => {
  const deep = (depth: number): object => (depth === 0 ? {} : { type: "array", items: deep(depth - 1) });
  const doubling = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => {
      const next = { $ref: `#/$defs/d${index + 1}` };
      return [`d${index}`, { type: "object", properties: { a: next, b: next }, required: ["a", "b"] }];
    }),
  );
  const cases: readonly [name: string, schema: Record<string, unknown>, part: string][] = [
    ["a keyword that cannot be enforced", { type: "object", properties: { a: { not: {} } } }, "properties.a.not"],
    ["unique items", { type: "array", uniqueItems: true }, "uniqueItems"],
    ["multiples", { type: "integer", multipleOf: 5 }, "multipleOf"],
    ["an unknown type", { type: "object", properties: { a: { type: "text" } } }, "properties.a.type"],
    ["a reference to the network", { $ref: "https://example.com/schema" }, "$ref"],
    ["a reference to nothing", { $ref: "#/$defs/none" }, "$ref"],
    ["a pattern that looks around", { type: "string", pattern: "^(?=a)b$" }, "pattern"],
    ["a pattern with a back reference", { type: "string", pattern: "^(a)\\1$" }, "pattern"],
    ["a pattern that is no regular expression", { type: "string", pattern: "^(a$" }, "pattern"],
    ["a pattern and a length", { type: "string", pattern: "^a*$", maxLength: 3 }, "pattern"],
    ["limits that exclude everything", { type: "integer", minimum: 5, maximum: 4 }, "minimum"],
    ["lengths that exclude everything", { type: "string", minLength: 5, maxLength: 4 }, "maxLength"],
    ["members that nothing fits", { type: "object", properties: { a: false }, required: ["a"] }, "properties.a"],
    [
      "parts of which one forbids what the other requires",
      {
        allOf: [
          { type: "object", additionalProperties: false },
          { properties: { b: {} }, required: ["b"] },
        ],
      },
      "properties.b",
    ],
    [
      "joins without end",
      {
        $defs: Object.fromEntries(
          Array.from({ length: 50 }, (_, index) => {
            const next = { $ref: `#/$defs/d${index + 1}` };
            return [`d${index}`, index === 49 ? { type: "object" } : { allOf: [next, next] }];
          }),
        ),
        $ref: "#/$defs/d0",
      },
      "",
    ],
    ["nesting without end", deep(500) as Record<string, unknown>, ""],
    ["an endless list of words", { enum: Array.from({ length: 50_000 }, (_, index) => `word ${index}`) }, "enum"],
    [
      "thousands of members",
      { type: "object", properties: Object.fromEntries(Array.from({ length: 9000 }, (_, index) => [`p${index}`, {}])) },
      "",
    ],
    ["something that is no schema", { type: "object", properties: { a: 5 } }, "properties.a"],
  ];
  for (const [name, schema, part] of cases) {
    it(`is refused with the part: ${name}`, () => {
      const failure = (() => {
        try {
          return grammarOf(schema);
        } catch (error) {
          return error;
        }
      })();
      expect(failure).toBeInstanceOf(UnsupportedSchema);
      if (part !== "") expect((failure as UnsupportedSchema).part).toBe(part);
    });
  }

  it("is noticed when it has no finite value, however it hides that", () => {
    const endless: Record<string, unknown>[] = [
      { $ref: "#" },
      { type: "object", properties: { a: { $ref: "#" } }, required: ["a"] },
      { anyOf: [{ $ref: "#" }, { type: "array", items: { $ref: "#" }, minItems: 1 }] },
      { $defs: { ...doubling, d40: { type: "string" } }, $ref: "#/$defs/d0" },
    ];
    for (const schema of endless) expect(() => new GrammarCursor(grammarOf(schema))).toThrow();
  });
});
