import type { Path, SchemaObject, SchemaScope } from "./schema-scope.ts";

/** Each is compared with each. */
const maxAlternatives = 200;

/** True when no value can fit two of these schemas, as far as types and constant values tell. */
export function areDisjoint(scope: SchemaScope, schemas: readonly unknown[], path: Path): boolean {
  if (schemas.length > maxAlternatives) return false;
  const known = schemas.map((schema) => scope.resolve(schema, [...path, "oneOf"]));
  return known.every((left, index) => known.slice(index + 1).every((right) => differ(scope, left, right)));
}

function differ(scope: SchemaScope, left: SchemaObject, right: SchemaObject): boolean {
  const [leftValues, rightValues] = [valuesOf(left), valuesOf(right)];
  if (leftValues !== undefined && rightValues !== undefined)
    return !leftValues.some((each) => rightValues.includes(each));
  const [leftTypes, rightTypes] = [typesOf(left), typesOf(right)];
  if (leftTypes !== undefined && rightTypes !== undefined && !leftTypes.some((each) => rightTypes.includes(each))) {
    return true;
  }
  return leftTypes?.join() === "object" && rightTypes?.join() === "object" && haveOtherTags(scope, left, right);
}

/** Both must have a member whose possible values differ. */
function haveOtherTags(scope: SchemaScope, left: SchemaObject, right: SchemaObject): boolean {
  const required = (schema: SchemaObject): readonly unknown[] =>
    Array.isArray(schema.required) ? schema.required : [];
  return required(left).some((name) => {
    if (typeof name !== "string" || !required(right).includes(name)) return false;
    const [own, other] = [left, right].map((schema) => {
      const member = (schema.properties as SchemaObject | undefined)?.[name];
      return member === undefined ? undefined : valuesOf(scope.resolve(member, [name]));
    });
    return own !== undefined && other !== undefined && !own.some((each) => other.includes(each));
  });
}

function valuesOf(schema: SchemaObject): readonly string[] | undefined {
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  return Array.isArray(schema.enum) ? schema.enum.map((value) => JSON.stringify(value)) : undefined;
}

function typesOf(schema: SchemaObject): readonly unknown[] | undefined {
  const { type } = schema;
  if (type === undefined) return schema.properties === undefined ? undefined : ["object"];
  // Every integer is a number.
  return (Array.isArray(type) ? type : [type]).map((each) => (each === "integer" ? "number" : each));
}
