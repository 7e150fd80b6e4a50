import {
  type CharacterRange,
  character,
  choice,
  type GrammarNode,
  nothing,
  optional,
  repeat,
  rule,
  sequence,
  text,
} from "./grammar-node.ts";

/** Everything that a JSON string may hold as it is: no quote, no backslash, no control character, no surrogate. */
export const plainRanges: readonly CharacterRange[] = [
  [0x20, 0x21],
  [0x23, 0x5b],
  [0x5d, 0x7e],
  [0xa0, 0xd7ff],
  [0xe000, 0xfffd],
  [0x10000, 0x10ffff],
];
const hexDigits: readonly CharacterRange[] = [
  [0x30, 0x39],
  [0x61, 0x66],
];
const digit = character([0x30, 0x39]);

/** Rule names of what `jsonRules` holds. */
export const json = {
  character: rule("json-char"),
  string: rule("json-string"),
  number: rule("json-number"),
  integer: rule("json-integer"),
  boolean: choice([text("true"), text("false")]),
  null: text("null"),
  object: rule("json-object"),
  array: rule("json-array"),
  value: rule("json-value"),
} as const;

/** Between a comma or colon and what follows: models are used to one space, and a limit keeps them from going astray. */
const space = optional(text(" "));
export const comma = sequence(text(","), space);
export const colon = sequence(text(":"), space);

/** Digits are limited so that a number neither goes on for ever nor turns into Infinity. */
const wholeNumber = choice([text("0"), sequence(character([0x31, 0x39]), repeat(digit, 0, 14))]);
export const fraction = sequence(text("."), repeat(digit, 1, 15));
const exponent = sequence(
  character([0x45, 0x45], [0x65, 0x65]),
  optional(character([0x2b, 0x2b], [0x2d, 0x2d])),
  repeat(digit, 1, 2),
);

const string = sequence(text('"'), repeat(json.character, 0, Number.POSITIVE_INFINITY), text('"'));

/** JSON in one line. Whatever can be written without an escape is, so that lengths are what they seem. */
export const jsonRules: ReadonlyMap<string, GrammarNode> = new Map<string, GrammarNode>([
  [
    "json-char",
    choice([
      character(...plainRanges),
      sequence(
        text("\\"),
        choice([
          // The characters " \ / b f n r t
          character(...[0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74].map((each): CharacterRange => [each, each])),
          sequence(text("u00"), character([0x30, 0x31]), character(...hexDigits)),
        ]),
      ),
    ]),
  ],
  ["json-string", string],
  ["json-integer", sequence(optional(text("-")), wholeNumber)],
  ["json-number", sequence(optional(text("-")), wholeNumber, optional(fraction), optional(exponent))],
  ["json-object", objectOf(json.string, json.value)],
  ["json-array", arrayOf(json.value, 0, Number.POSITIVE_INFINITY)],
  ["json-value", choice([json.string, json.number, json.boolean, json.null, json.object, json.array])],
]);

/** An object with any number of members. */
export function objectOf(key: GrammarNode, value: GrammarNode): GrammarNode {
  const member = sequence(key, colon, value);
  const more = repeat(sequence(comma, member), 0, Number.POSITIVE_INFINITY);
  return sequence(text("{"), optional(sequence(member, more)), text("}"));
}

/** @param max at least 1; may be Infinity */
export function arrayOf(item: GrammarNode, min: number, max: number): GrammarNode {
  const more = max === 1 ? nothing : repeat(sequence(comma, item), Math.max(0, min - 1), max - 1);
  const items = sequence(item, more);
  return sequence(text("["), min === 0 ? optional(items) : items, text("]"));
}

/** Characters of one block of a long string. */
const blockCharacters = 64;

/**
 * Between `min` and `max` JSON characters. llama.cpp turns each optional round into a rule of its own, so that long ones
 * are counted in blocks.
 */
export function countedCharacters(min: number, max: number): GrammarNode {
  const part = json.character;
  if (max === Number.POSITIVE_INFINITY) return sequence(exactly(part, min), repeat(part, 0, max));
  const range = max - min;
  const blocks = Math.max(0, Math.floor((range + 1) / blockCharacters) - 1);
  const single = repeat(part, 0, range - blocks * blockCharacters);
  const start = exactly(part, min);
  if (range === 0) return start;
  return blocks === 0
    ? sequence(start, single)
    : sequence(start, repeat(exactly(part, blockCharacters), 0, blocks), single);
}

function exactly(part: GrammarNode, times: number): GrammarNode {
  return times === 0 ? nothing : repeat(part, times, times);
}
