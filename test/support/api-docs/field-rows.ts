import * as z from "zod";
import { jsonObjectSchema } from "../../../contract/openai/json-object.ts";

/** One field of a request or an answer, as the reference tells it. */
export interface FieldRow {
  /** Where it stands, such as `messages[].role`. */
  readonly path: string;
  readonly isRequired: boolean;
  /** What it may be, with its limits. */
  readonly type: string;
  /** Its description in the schema, or what the schema says to whoever sends something else; empty where it says neither. */
  readonly note: string;
}

type Json = z.core.JSONSchema.JSONSchema;

/** Deeper fields are told of by their type alone. */
const maxDepth = 4;

/** All fields of a schema, outermost first. That null stands for nothing is true of every optional field, and is not repeated. */
export function fieldRows(schema: z.ZodType): FieldRow[] {
  const json = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === (jsonObjectSchema as z.core.$ZodType)) jsonSchema.type = "object";
      const objection = objectionOf(zodSchema);
      if (objection !== undefined) jsonSchema.description ??= objection;
    },
  });
  return rowsOf(json, "", 0);
}

/** What a schema of few values says of all others in words of its own. */
function objectionOf(schema: z.core.$ZodType): string | undefined {
  if (!["literal", "null", "never"].includes(schema._zod.def.type)) return undefined;
  const message = z.safeParse(schema, {}).error?.issues[0]?.message;
  return message?.startsWith("Invalid") === false ? message : undefined;
}

function rowsOf(schema: Json, prefix: string, depth: number): FieldRow[] {
  if (depth > maxDepth) return [];
  return alternativesOf(schema).flatMap((each) => {
    if (each.type === "array" && isSchema(each.items)) return rowsOf(each.items, `${prefix}[]`, depth);
    const { properties = {}, required = [] } = each;
    const variant = variantOf(each);
    const at = `${prefix}${variant?.label ?? ""}${prefix === "" ? "" : "."}`;
    return Object.entries(properties).flatMap(([name, member]) => {
      if (!isSchema(member) || variant?.names.includes(name) === true) return [];
      const isRequired = required.includes(name);
      const type = `${typeWords(member)}${isRequired && takesNull(member) ? ", or null" : ""}`;
      const row = { path: at + name, isRequired, type, note: noteOf(member) };
      return [row, ...rowsOf(member, at + name, depth + 1)];
    });
  });
}

const isSchema = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a value may be, null apart. */
function alternativesOf(schema: Json): Json[] {
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return options.filter(isSchema).flatMap(alternativesOf);
  const types = [schema.type ?? []].flat().filter((type) => type !== "null");
  if (schema.type === undefined) return [schema];
  return types.map((type) => ({ ...schema, type }));
}

const takesNull = (schema: Json): boolean =>
  [schema.type].flat().includes("null") || [...(schema.anyOf ?? [])].some((each) => isSchema(each) && takesNull(each));

function noteOf(schema: Json): string {
  const inner = [schema, ...(schema.anyOf ?? schema.oneOf ?? [])].filter(isSchema);
  return inner.find(({ description }) => description !== undefined)?.description ?? "";
}

/** The fields whose one value tells an alternative from its siblings, such as `type: "text"`. */
function variantOf({ properties = {} }: Json): { names: string[]; label: string } | undefined {
  const found = ["type", "role"].flatMap((name) => {
    const member = properties[name];
    return isSchema(member) && typeof member.const === "string" ? [{ name, value: member.const }] : [];
  });
  if (found.length === 0) return undefined;
  return { names: found.map(({ name }) => name), label: ` (${found.map(({ value }) => value).join(", ")})` };
}

/** What a value may be, in one line. */
function typeWords(schema: Json): string {
  const words = alternativesOf(schema).map((each) => {
    if (each.const !== undefined) return `\`${JSON.stringify(each.const)}\``;
    if (each.enum !== undefined) return each.enum.map((value) => `\`${JSON.stringify(value)}\``).join(", ");
    if (each.type === "array") return `list${limits(each.minItems, each.maxItems, "")}${itemWords(each.items)}`;
    if (each.type === "object") return objectWords(each);
    if (each.type === "string") return `text${limits(each.minLength, each.maxLength, " characters")}`;
    if (each.type === "integer" || each.type === "number") return numberWords(each);
    if (each.type === "boolean") return "true or false";
    // What is refused whatever its value: the schema says why to whoever sends it.
    if (each.not !== undefined) return "nothing";
    return "anything";
  });
  // Only null is left of a field that must be left out.
  return words.length === 0 ? "left out, or null" : [...new Set(words)].join(" or ");
}

const isEmpty = (schema: Json): boolean => Object.keys(schema).every((key) => key === "$schema");

function itemWords(items: unknown): string {
  if (!isSchema(items)) return "";
  const words = typeWords(items);
  return words === "nothing" ? ", empty" : ` of: ${words}`;
}

function objectWords({ properties, additionalProperties }: Json): string {
  if (properties !== undefined || !isSchema(additionalProperties)) return "object";
  return isEmpty(additionalProperties) ? "object" : `object whose values are: ${typeWords(additionalProperties)}`;
}

function numberWords({ type, minimum, maximum, exclusiveMinimum }: Json): string {
  // Integers without limits of their own have those of the language.
  const least = minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const above = exclusiveMinimum === undefined ? "" : ` above ${exclusiveMinimum}`;
  return `${type === "integer" ? "whole number" : "number"}${above}${limits(least, most, "")}`;
}

function limits(least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}${unit}`;
  if (most !== undefined) return most === 0 ? ", empty" : `, at most ${most}${unit}`;
  if (least === 1 && unit !== "") return ", not empty";
  return least === undefined || (least === 0 && unit !== "") ? "" : `, at least ${least}${unit}`;
}
