import type { Health } from "../../contract/mesh/health.ts";
import { healthSchema } from "../../contract/mesh/health.ts";
import { modelStateSchema } from "../../contract/mesh/model.ts";
import { privacyLabelSchema } from "../../contract/mesh/privacy-label.ts";
import type { Figures, Thing } from "../../contract/webview/mesh-things.ts";
import { thingIconSchema, thingKindSchema } from "../../contract/webview/mesh-things.ts";

/** What is wrong with an expression: the part at fault, and what it may be instead. */
export interface ExpressionFault {
  readonly code: "unknownField" | "missingValue" | "notANumber" | "notOrdered" | "openQuote" | "unknownValue";
  readonly part: string;
  readonly allowed: readonly string[];
}

export type ThingTest = (thing: Thing) => boolean;
export type ParsedExpression =
  | { readonly kind: "test"; readonly matches: ThingTest }
  | { readonly kind: "fault"; readonly fault: ExpressionFault };

const figureFields: Readonly<Record<string, keyof Figures>> = {
  latency: "latencyP50Ms",
  p50: "latencyP50Ms",
  p95: "latencyP95Ms",
  rate: "requestsPerSecond",
  tokens: "tokensPerSecond",
  queue: "queued",
  inflight: "inFlight",
  errors: "errorsPerSecond",
};

interface WordField {
  readonly read: (thing: Thing) => readonly string[];
  /** What a value may be; undefined where it is anyone's text. */
  readonly values?: readonly string[];
}

const wordFields: Readonly<Record<string, WordField>> = {
  kind: {
    read: ({ kind, icon }) => [kind, icon],
    values: [...new Set([...thingKindSchema.options, ...thingIconSchema.options])],
  },
  health: { read: ({ health }): readonly Health[] => [health], values: healthSchema.options },
  privacy: { read: ({ privacy }) => (privacy === null ? [] : [privacy]), values: privacyLabelSchema.options },
  state: { read: ({ modelState }) => (modelState === null ? [] : [modelState]), values: modelStateSchema.options },
  model: { read: ({ kind, label }) => (kind === "model" ? [label] : []) },
  name: { read: ({ label }) => [label] },
};

/** The fields that expressions may name, for messages and suggestions. */
export const expressionFields: readonly string[] = [...Object.keys(wordFields), ...Object.keys(figureFields)];

/**
 * Reads an expression such as `kind:peer health:!healthy latency>100 qwen`. All terms must match. `,` separates values of
 * which one must match, `*` stands for any text, `!` before a term or a value turns it round, quotes hold spaces
 * together. A term without a field, or in quotes, is looked for in the name. The empty expression matches nothing.
 */
export function parseExpression(text: string): ParsedExpression {
  const terms = splitTerms(text);
  if (!Array.isArray(terms)) return { kind: "fault", fault: terms };
  const tests: ThingTest[] = [];
  for (const term of terms) {
    const parsed = term.isPlain ? contains(term.text) : parseTerm(term.text);
    if (typeof parsed !== "function") return { kind: "fault", fault: parsed };
    tests.push(parsed);
  }
  return { kind: "test", matches: (thing) => tests.length > 0 && tests.every((test) => test(thing)) };
}

interface Term {
  readonly text: string;
  /** It begins with a quote: then it is looked for as it stands. */
  readonly isPlain: boolean;
}

function splitTerms(text: string): Term[] | ExpressionFault {
  const terms: Term[] = [];
  let term = "";
  let isPlain = false;
  let isQuoted = false;
  const end = (): void => {
    if (term !== "") terms.push({ text: term, isPlain });
    term = "";
    isPlain = false;
  };
  for (const character of text) {
    if (character === '"') {
      isPlain ||= term === "" && !isQuoted;
      isQuoted = !isQuoted;
    } else if (!isQuoted && /\s/.test(character)) end();
    else term += character;
  }
  if (isQuoted) return { code: "openQuote", part: '"', allowed: [] };
  end();
  return terms;
}

function parseTerm(term: string): ThingTest | ExpressionFault {
  if (term.startsWith("!")) {
    const rest = parseTerm(term.slice(1));
    return typeof rest === "function" ? (thing) => !rest(thing) : rest;
  }
  const parts = /^([a-z0-9]+)(:|>=|<=|>|<|=)(.*)$/i.exec(term);
  if (parts === null) {
    if (term === "") return { code: "missingValue", part: "!", allowed: [] };
    return contains(term);
  }
  const [, name = "", operator = "", value = ""] = parts;
  const field = name.toLowerCase();
  if (value === "" || value === "!") return { code: "missingValue", part: term, allowed: [] };
  const figure = Object.hasOwn(figureFields, field) ? figureFields[field] : undefined;
  if (figure !== undefined) return compareFigure(figure, { operator, value });
  const words = Object.hasOwn(wordFields, field) ? wordFields[field] : undefined;
  if (words === undefined) return { code: "unknownField", part: name, allowed: expressionFields };
  if (operator !== ":" && operator !== "=")
    return { code: "notOrdered", part: name, allowed: Object.keys(figureFields) };
  return matchWords(words, value);
}

function contains(text: string): ThingTest {
  if (text.includes("*")) {
    const pattern = globPattern(`*${text}*`);
    return ({ label }) => pattern.test(label);
  }
  const wanted = text.toLowerCase();
  return ({ label }) => label.toLowerCase().includes(wanted);
}

function matchWords({ read, values }: WordField, text: string): ThingTest | ExpressionFault {
  const isNegated = text.startsWith("!");
  const wanted = (isNegated ? text.slice(1) : text).split(",").filter((value) => value !== "");
  const patterns = wanted.map(globPattern);
  const stranger = wanted.find(
    (_, index) => values !== undefined && !values.some((value) => patterns[index]?.test(value)),
  );
  if (stranger !== undefined) return { code: "unknownValue", part: stranger, allowed: values ?? [] };
  return (thing) => {
    const own = read(thing);
    // What has no such word at all is neither one thing nor its opposite.
    if (own.length === 0) return false;
    return own.some((word) => patterns.some((pattern) => pattern.test(word))) !== isNegated;
  };
}

const globPattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split(/\*+/)
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
      .join(".*?")}$`,
    "isu",
  );

function compareFigure(
  figure: keyof Figures,
  { operator, value }: { readonly operator: string; readonly value: string },
): ThingTest | ExpressionFault {
  const limit = Number(value.replace(/(ms|\/s)$/i, ""));
  if (!Number.isFinite(limit)) return { code: "notANumber", part: value, allowed: [] };
  const compare = comparisons[operator === ":" ? "=" : operator];
  return ({ figures }) => {
    const own = figures[figure];
    return own !== null && compare?.(own, limit) === true;
  };
}

const comparisons: Readonly<Record<string, (own: number, limit: number) => boolean>> = {
  ">": (own, limit) => own > limit,
  ">=": (own, limit) => own >= limit,
  "<": (own, limit) => own < limit,
  "<=": (own, limit) => own <= limit,
  "=": (own, limit) => own === limit,
};
