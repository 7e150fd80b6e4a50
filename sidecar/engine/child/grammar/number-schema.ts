import type { GrammarNode } from "./grammar-node.ts";
import { json } from "./json-text.ts";
import { integersWithin, type NumberLimits, numbersWithin } from "./number-range.ts";
import type { Path, SchemaObject } from "./schema-scope.ts";
import { UnsupportedSchema } from "./unsupported-schema.ts";

export function numberGrammar(type: "number" | "integer", schema: SchemaObject, path: Path): GrammarNode {
  const limits = limitsOf(schema, path);
  if (limits.minimum === Number.NEGATIVE_INFINITY && limits.maximum === Number.POSITIVE_INFINITY) {
    // A multiple of one is a whole number, whatever its type says.
    return type === "integer" || schema.multipleOf === 1 ? json.integer : json.number;
  }
  const isWhole = type === "integer" || schema.multipleOf === 1;
  const found = isWhole ? integersWithin(limits) : numbersWithin(limits);
  if (found === undefined) throw new UnsupportedSchema([...path, "minimum"], "no number lies within its limits");
  return found;
}

function limitsOf(schema: SchemaObject, path: Path): NumberLimits {
  const [minimum, above] = [limit(schema, "minimum", path), limit(schema, "exclusiveMinimum", path)];
  const [maximum, below] = [limit(schema, "maximum", path), limit(schema, "exclusiveMaximum", path)];
  return {
    minimum: Math.max(minimum ?? Number.NEGATIVE_INFINITY, above ?? Number.NEGATIVE_INFINITY),
    maximum: Math.min(maximum ?? Number.POSITIVE_INFINITY, below ?? Number.POSITIVE_INFINITY),
    // Draft 4 said it with a boolean.
    excludesMinimum: schema.exclusiveMinimum === true || (above !== undefined && above >= (minimum ?? above)),
    excludesMaximum: schema.exclusiveMaximum === true || (below !== undefined && below <= (maximum ?? below)),
  };
}

function limit(schema: SchemaObject, keyword: string, path: Path): number | undefined {
  const value = schema[keyword];
  if (value === undefined || (keyword.startsWith("exclusive") && typeof value === "boolean")) return undefined;
  if (typeof value === "number") return value;
  throw new UnsupportedSchema([...path, keyword], "expected a number");
}
