// A second reading of JSON Schema (2020-12), independent of the product's: by value, where that one goes by text.

type Schema = Readonly<Record<string, unknown>> | boolean;

/** True when the value fits the schema. Knows the keywords that the local engine supports. */
export function matchesSchema(value: unknown, schema: Schema, root: Schema = schema): boolean {
  if (typeof schema === "boolean") return schema;
  // OpenAPI's word for it, which many tools still send.
  if (schema.nullable === true && value === null) return true;
  const fits = (each: unknown, other: unknown): boolean => matchesSchema(each, other as Schema, root);
  const list = (keyword: string): readonly unknown[] | undefined => schema[keyword] as readonly unknown[] | undefined;
  return (
    (schema.$ref === undefined || fits(value, follow(String(schema.$ref), root))) &&
    (list("allOf")?.every((part) => fits(value, part)) ?? true) &&
    (list("anyOf")?.some((part) => fits(value, part)) ?? true) &&
    (list("oneOf") === undefined || list("oneOf")?.filter((part) => fits(value, part)).length === 1) &&
    (list("enum")?.some((each) => isSame(each, value)) ?? true) &&
    (schema.const === undefined || isSame(schema.const, value)) &&
    hasType(value, schema.type) &&
    fitsText(value, schema) &&
    fitsNumber(value, schema) &&
    fitsArray(value, schema, fits) &&
    fitsObject(value, schema, fits)
  );
}

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

function follow(reference: string, root: Schema): unknown {
  return reference
    .split("/")
    .slice(1)
    .reduce<unknown>((found, key) => (found as Record<string, unknown>)[key], root);
}

function hasType(value: unknown, type: unknown): boolean {
  if (type === undefined) return true;
  if (Array.isArray(type)) return type.some((each) => hasType(value, each));
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function fitsText(value: unknown, schema: Readonly<Record<string, unknown>>): boolean {
  if (typeof value !== "string") return true;
  const length = [...value].length;
  const formats: Record<string, RegExp> = {
    date: /^\d{4}-\d\d-\d\d$/,
    "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  };
  return (
    length >= Number(schema.minLength ?? 0) &&
    length <= Number(schema.maxLength ?? Number.POSITIVE_INFINITY) &&
    (schema.pattern === undefined || new RegExp(String(schema.pattern), "u").test(value)) &&
    (formats[String(schema.format)]?.test(value) ?? true)
  );
}

function fitsNumber(value: unknown, schema: Readonly<Record<string, unknown>>): boolean {
  if (typeof value !== "number") return true;
  const limit = (keyword: string, other: number): number => Number(schema[keyword] ?? other);
  return (
    value >= limit("minimum", Number.NEGATIVE_INFINITY) &&
    value > limit("exclusiveMinimum", Number.NEGATIVE_INFINITY) &&
    value <= limit("maximum", Number.POSITIVE_INFINITY) &&
    value < limit("exclusiveMaximum", Number.POSITIVE_INFINITY)
  );
}

type Fits = (value: unknown, schema: unknown) => boolean;

function fitsArray(value: unknown, schema: Readonly<Record<string, unknown>>, fits: Fits): boolean {
  if (!Array.isArray(value)) return true;
  const first = (schema.prefixItems ?? []) as readonly unknown[];
  return (
    value.length >= Number(schema.minItems ?? 0) &&
    value.length <= Number(schema.maxItems ?? Number.POSITIVE_INFINITY) &&
    value.every((each, index) => fits(each, first[index] ?? schema.items ?? true))
  );
}

function fitsObject(value: unknown, schema: Readonly<Record<string, unknown>>, fits: Fits): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return true;
  const properties = (schema.properties ?? {}) as Readonly<Record<string, unknown>>;
  return (
    ((schema.required ?? []) as readonly string[]).every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, each]) =>
      fits(each, Object.hasOwn(properties, name) ? properties[name] : (schema.additionalProperties ?? true)),
    )
  );
}
