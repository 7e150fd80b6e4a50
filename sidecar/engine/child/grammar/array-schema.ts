import { type GrammarNode, nothing, repeat, sequence, text } from "./grammar-node.ts";
import { arrayOf, comma, json } from "./json-text.ts";
import type { Path, SchemaObject, SchemaScope } from "./schema-scope.ts";
import { UnsupportedSchema } from "./unsupported-schema.ts";

/** llama.cpp makes a rule of each optional item: beyond this the grammar costs more than the list. */
const maxItems = 1000;

/** A list whose items fit `items`, or one after the other `prefixItems`. */
export function arrayGrammar(scope: SchemaScope, schema: SchemaObject, path: Path): GrammarNode {
  const min = countOf(schema, "minItems", path) ?? 0;
  const max = countOf(schema, "maxItems", path) ?? Number.POSITIVE_INFINITY;
  if (min > maxItems) throw new UnsupportedSchema([...path, "minItems"], `at most ${maxItems} can be enforced`);
  if (max < min) throw new UnsupportedSchema([...path, "maxItems"], "it is below minItems");
  const { prefixItems } = schema;
  if (Array.isArray(prefixItems) && prefixItems.length > 0) {
    return tupleGrammar(scope, { ...schema, min, max, prefixItems }, path);
  }
  if (max === 0 || (schema.items === false && min === 0)) return text("[]");
  const item = schema.items === undefined ? json.value : scope.share(scope.compile(schema.items, [...path, "items"]));
  // A list of more than a thousand may be shorter: it still fits.
  return arrayOf(item, min, max === Number.POSITIVE_INFINITY ? max : Math.min(max, maxItems));
}

interface TupleSchema extends SchemaObject {
  readonly min: number;
  readonly max: number;
  readonly prefixItems: readonly unknown[];
}

/** The listed items, all of them where the limits allow it, and as many more as `minItems` asks for. */
function tupleGrammar(scope: SchemaScope, schema: TupleSchema, path: Path): GrammarNode {
  const listed = schema.prefixItems
    .slice(0, schema.max)
    .map((item, index) => scope.compile(item, [...path, "prefixItems", String(index)]));
  const missing = schema.min - listed.length;
  if (missing > 0 && schema.items === false) throw new UnsupportedSchema([...path, "minItems"], "no list fits it");
  const open = schema.items === undefined || schema.items === false;
  const item = open ? json.value : scope.compile(schema.items, [...path, "items"]);
  const least = Math.max(0, missing);
  const most = open ? least : Math.min(schema.max, maxItems) - listed.length;
  const more = most <= 0 ? nothing : repeat(sequence(comma, item), least, Math.max(least, most));
  const [first, ...others] = listed;
  if (first === undefined) return text("[]");
  return sequence(text("["), first, ...others.map((each) => sequence(comma, each)), more, text("]"));
}

function countOf(schema: SchemaObject, keyword: string, path: Path): number | undefined {
  const value = schema[keyword];
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw new UnsupportedSchema([...path, keyword], "expected a whole number of at least 0");
}
