import type * as z from "zod";

/**
 * The first problem that a schema found, in the form that `invalid_field` wants: `messages[0].role`, and what is wrong
 * there.
 */
export function firstIssue(error: z.ZodError): { field: string; problem: string } {
  const issue = error.issues[0];
  if (issue === undefined) return { field: "body", problem: "not valid" };
  return { field: fieldName(issue.path), problem: lowerFirst(issue.message) };
}

function fieldName(path: readonly PropertyKey[]): string {
  const name = path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
  return name === "" ? "body" : name;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
