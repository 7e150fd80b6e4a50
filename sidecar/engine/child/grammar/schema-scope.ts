import type { GrammarNode } from "./grammar-node.ts";

/** An object schema as it came in: only its keys are certain. */
export type SchemaObject = Readonly<Record<string, unknown>>;
export type Path = readonly string[];

/** What the parts of the compiler need of each other. */
export interface SchemaScope {
  /** The grammar of a schema inside the one at hand. */
  compile(schema: unknown, path: Path): GrammarNode;
  /** Gives a part a name, so that it is printed once: what is used twice at each level doubles at each level. */
  share(node: GrammarNode): GrammarNode;
  /** Follows `$ref`s to the schema that they mean. */
  resolve(schema: unknown, path: Path): SchemaObject;
}

const annotations = new Set(["title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"]);

/** A keyword that limits nothing. */
export function isAnnotation(keyword: string): boolean {
  return annotations.has(keyword) || /^(\$schema|\$id|\$comment|\$defs|\$anchor|definitions|x-.*)$/.test(keyword);
}
