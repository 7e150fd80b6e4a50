import { isAnnotation, type Path, type SchemaObject, type SchemaScope } from "./schema-scope.ts";
import { UnsupportedSchema } from "./unsupported-schema.ts";

/**
 * One schema that says what a schema and all members of its `allOf` say.
 *
 * @throws UnsupportedSchema when two of them say different things about the same
 */
export function mergeAll(scope: SchemaScope, schema: SchemaObject, path: Path): SchemaObject {
  const { allOf, ...own } = schema;
  const parts = [own, ...(allOf as readonly unknown[])].map((part) => scope.resolve(part, [...path, "allOf"]));
  const flat = parts.map((part) => (Array.isArray(part.allOf) ? mergeAll(scope, part, path) : part));
  return flat.reduce((merged, part) => merge(merged, part, [...path, "allOf"]));
}

function merge(left: SchemaObject, right: SchemaObject, path: Path): SchemaObject {
  const merged: Record<string, unknown> = { ...left };
  for (const [keyword, value] of Object.entries(right)) {
    if (isAnnotation(keyword)) merged[keyword] ??= value;
    else merged[keyword] = mergeKeyword(keyword, left[keyword], value, path);
  }
  const properties = merged.properties;
  if (typeof properties === "object" && properties !== null) {
    merged.properties = closeOff(closeOff(properties as SchemaObject, left), right);
  }
  return merged;
}

/** A part that allows no further members rules out those that only the other part describes. */
function closeOff(properties: SchemaObject, part: SchemaObject): SchemaObject {
  if (part.additionalProperties !== false) return properties;
  const own = (part.properties ?? {}) as SchemaObject;
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, Object.hasOwn(own, name) ? schema : false]),
  );
}

function mergeKeyword(keyword: string, left: unknown, right: unknown, path: Path): unknown {
  if (left === undefined || JSON.stringify(left) === JSON.stringify(right)) return right;
  const [low, high] = [Number(left), Number(right)];
  switch (keyword) {
    case "required":
      return [...new Set([...(left as unknown[]), ...(right as unknown[])])];
    case "properties":
      return mergeProperties(left as SchemaObject, right as SchemaObject);
    case "additionalProperties":
      return left === false || right === false ? false : { allOf: [left, right] };
    case "items":
      return { allOf: [left, right] };
    case "minimum":
    case "exclusiveMinimum":
    case "minLength":
    case "minItems":
      return Math.max(low, high);
    case "maximum":
    case "exclusiveMaximum":
    case "maxLength":
    case "maxItems":
      return Math.min(low, high);
    default:
      throw new UnsupportedSchema([...path, keyword], "its parts disagree");
  }
}

function mergeProperties(left: SchemaObject, right: SchemaObject): SchemaObject {
  const merged: Record<string, unknown> = { ...left };
  for (const [name, schema] of Object.entries(right)) {
    merged[name] = Object.hasOwn(left, name) ? { allOf: [left[name], schema] } : schema;
  }
  return merged;
}
