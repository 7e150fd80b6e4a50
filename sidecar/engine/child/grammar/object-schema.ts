import { choice, type GrammarNode, optional, sequence, text } from "./grammar-node.ts";
import { colon, comma, json, objectOf } from "./json-text.ts";
import type { Path, SchemaObject, SchemaScope } from "./schema-scope.ts";
import { UnsupportedSchema } from "./unsupported-schema.ts";

interface Member {
  readonly pair: GrammarNode;
  readonly isRequired: boolean;
}

/** Members in the order of `properties`, then those that are required without being described. */
export function objectGrammar(scope: SchemaScope, schema: SchemaObject, path: Path): GrammarNode {
  const members = membersOf(scope, schema, path);
  checkCounts(schema, members, path);
  if (members.length > 0) return sequence(text("{"), tail(scope, members), text("}"));
  const { additionalProperties: others } = schema;
  if (others === false || schema.properties !== undefined) return text("{}");
  if (others === undefined || others === true) return json.object;
  return objectOf(json.string, scope.share(scope.compile(others, [...path, "additionalProperties"])));
}

function membersOf(scope: SchemaScope, schema: SchemaObject, path: Path): Member[] {
  const properties = schema.properties ?? {};
  const required = schema.required ?? [];
  if (typeof properties !== "object" || Array.isArray(properties)) {
    throw new UnsupportedSchema([...path, "properties"], "expected an object");
  }
  if (!Array.isArray(required) || !required.every((name) => typeof name === "string")) {
    throw new UnsupportedSchema([...path, "required"], "expected a list of names");
  }
  const undescribed = required.filter((name) => !Object.hasOwn(properties, name)).map((name) => [name, true] as const);
  return (
    [...Object.entries(properties), ...undescribed]
      // A member that nothing fits is one that must not be there.
      .filter(([name, member]) => member !== false || required.includes(name))
      .map(([name, member]) => {
        const value = scope.compile(member, [...path, "properties", name]);
        return {
          pair: sequence(text(JSON.stringify(name)), colon, scope.share(value)),
          isRequired: required.includes(name),
        };
      })
  );
}

/** Counts of members are not counted: only those are accepted that hold anyway. */
function checkCounts(schema: SchemaObject, members: readonly Member[], path: Path): void {
  const least = members.filter(({ isRequired }) => isRequired).length;
  const isOpen = members.length === 0 && schema.properties === undefined;
  if (typeof schema.minProperties === "number" && schema.minProperties > least) {
    throw new UnsupportedSchema([...path, "minProperties"], "this keyword cannot be enforced");
  }
  if (typeof schema.maxProperties === "number" && (isOpen || schema.maxProperties < members.length)) {
    throw new UnsupportedSchema([...path, "maxProperties"], "this keyword cannot be enforced");
  }
}

/** The members with their commas, none of which may come first or last. */
function tail(scope: SchemaScope, members: readonly Member[]): GrammarNode {
  const first = members.findIndex(({ isRequired }) => isRequired);
  const later = ({ pair, isRequired }: Member): GrammarNode => {
    const part = sequence(comma, pair);
    return isRequired ? part : optional(part);
  };
  // Up to the first required member any one can be the first: each is followed by those after it.
  const starts = first < 0 ? members : members.slice(0, first + 1);
  let after: GrammarNode = sequence(...members.slice(starts.length).map(later));
  const options: GrammarNode[] = [];
  for (const member of [...starts].reverse()) {
    const shared = scope.share(after);
    options.unshift(sequence(member.pair, shared));
    after = sequence(later(member), shared);
  }
  const all = choice(options);
  return first < 0 ? optional(all) : all;
}
