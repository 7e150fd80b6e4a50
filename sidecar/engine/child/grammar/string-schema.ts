import { character, choice, type GrammarNode, optional, repeat, sequence, text } from "./grammar-node.ts";
import { countedCharacters, json } from "./json-text.ts";
import { integersWithin } from "./number-range.ts";
import { patternGrammar } from "./pattern-to-grammar.ts";
import type { Path, SchemaObject } from "./schema-scope.ts";
import { UnsupportedSchema } from "./unsupported-schema.ts";

const maxMinLength = 1000;
const maxMaxLength = 64_000;

/** Strings by length, pattern or one of the formats below. Other formats are annotations, as JSON Schema says. */
export function stringGrammar(schema: SchemaObject, path: Path): GrammarNode {
  const min = lengthOf(schema, "minLength", path) ?? 0;
  const max = lengthOf(schema, "maxLength", path) ?? Number.POSITIVE_INFINITY;
  const isCounted = min > 0 || max !== Number.POSITIVE_INFINITY;
  if (schema.pattern !== undefined) {
    if (isCounted) throw new UnsupportedSchema([...path, "pattern"], "it cannot be combined with a length");
    return quoted(patternGrammar(schema.pattern, [...path, "pattern"]));
  }
  const format = typeof schema.format === "string" && Object.hasOwn(formats, schema.format) ? schema.format : undefined;
  if (format !== undefined && !isCounted) return quoted(formats[format as keyof typeof formats]);
  if (!isCounted) return json.string;
  if (min > maxMinLength)
    throw new UnsupportedSchema([...path, "minLength"], `at most ${maxMinLength} can be enforced`);
  if (max < min) throw new UnsupportedSchema([...path, "maxLength"], "it is below minLength");
  return quoted(countedCharacters(min, max === Number.POSITIVE_INFINITY ? max : Math.min(max, maxMaxLength)));
}

const quoted = (content: GrammarNode): GrammarNode => sequence(text('"'), content, text('"'));

function lengthOf(schema: SchemaObject, keyword: string, path: Path): number | undefined {
  const value = schema[keyword];
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw new UnsupportedSchema([...path, keyword], "expected a whole number of at least 0");
}

const digit = character([0x30, 0x39]);
const digits = (count: number): GrammarNode => repeat(digit, count, count);
const hex = (count: number): GrammarNode => repeat(character([0x30, 0x39], [0x61, 0x66]), count, count);
/** Two digits from 0 or 1 to a largest one. */
const two = (first: number, last: number): GrammarNode => {
  const small = integersWithin({ minimum: first, maximum: 9, excludesMinimum: false, excludesMaximum: false });
  const large = integersWithin({ minimum: 10, maximum: last, excludesMinimum: false, excludesMaximum: false });
  return choice([sequence(text("0"), small ?? digit), large ?? digit]);
};
// Days to 28, so that the date exists in every month.
const date = sequence(digits(4), text("-"), two(1, 12), text("-"), two(1, 28));
const zone = choice([text("Z"), sequence(character([0x2b, 0x2b], [0x2d, 0x2d]), two(0, 23), text(":"), two(0, 59))]);
const time = sequence(
  two(0, 23),
  text(":"),
  two(0, 59),
  text(":"),
  two(0, 59),
  optional(sequence(text("."), repeat(digit, 1, 6))),
  zone,
);

/** Source: RFC 3339 and RFC 9562. */
const formats = {
  date,
  time,
  "date-time": sequence(date, text("T"), time),
  uuid: sequence(hex(8), text("-"), hex(4), text("-"), hex(4), text("-"), hex(4), text("-"), hex(12)),
} as const;
