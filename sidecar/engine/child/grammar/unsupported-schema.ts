/** Keywords that limit values in a way that a grammar cannot: pretending would give answers that break the schema. */
export const unenforceable: ReadonlySet<string> = new Set([
  "$dynamicRef",
  "$recursiveRef",
  "contains",
  "dependencies",
  "dependentRequired",
  "dependentSchemas",
  "else",
  "if",
  "maxContains",
  "minContains",
  "multipleOf",
  "not",
  "patternProperties",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
  "uniqueItems",
]);

/** A schema, or a part of one, that cannot become a grammar. */
export class UnsupportedSchema extends Error {
  override readonly name = "UnsupportedSchema";
  /** Path of the part within the schema, such as `properties.age.not`; empty for the schema itself. */
  readonly part: string;
  readonly problem: string;

  constructor(part: readonly string[], problem: string) {
    super(problem);
    this.part = part.join(".").slice(0, 200);
    this.problem = problem;
  }
}
