import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";

/** How a dialect names a field within another: `messages.2.content` or `input[2].content`. */
export type FieldNaming = "dots" | "brackets";

/**
 * Reads a body of a dialect whose requests are strict.
 *
 * @throws MeshError `malformed_json`, `invalid_field`, `unsupported_field` for one that is not known
 */
export function parseBody<S extends z.ZodType>(body: Buffer, schema: S, naming: FieldNaming = "dots"): z.infer<S> {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw fieldError(parsed.error.issues, [], naming);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    // The parser's own message quotes the body, which is the person's prompt: only the position is taken from it.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw new MeshError("malformed_json", { offset: Number(position ?? body.length) });
  }
}

/** Of alternatives, such as a text or a list of blocks, the one counts that the value came furthest with. */
function fieldError(
  issues: readonly z.core.$ZodIssue[],
  parents: readonly PropertyKey[],
  naming: FieldNaming,
): MeshError {
  const [issue] = issues;
  const path = [...parents, ...(issue?.path ?? [])];
  if (issue === undefined) return new MeshError("invalid_field", { field: "body", problem: "not valid" });
  if (issue.code === "unrecognized_keys") {
    return new MeshError("unsupported_field", { field: fieldName([...path, issue.keys[0] ?? ""], naming) });
  }
  if (issue.code === "invalid_union") {
    const depth = (branch: readonly z.core.$ZodIssue[]): number => branch[0]?.path.length ?? 0;
    const [deepest] = issue.errors.toSorted((a, b) => depth(b) - depth(a));
    if (deepest !== undefined && (depth(deepest) > 0 || deepest[0]?.code === "unrecognized_keys")) {
      return fieldError(deepest, path, naming);
    }
  }
  const problem = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return new MeshError("invalid_field", { field: fieldName(path, naming), problem });
}

/** The keys are the client's, and may be of any length. */
function fieldName(path: readonly PropertyKey[], naming: FieldNaming): string {
  const name = path.reduce<string>((text, key) => {
    if (naming === "brackets" && typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
  return name.slice(0, 200) || "body";
}

export const invalidField = (field: string, problem: string): MeshError =>
  new MeshError("invalid_field", { field, problem });
