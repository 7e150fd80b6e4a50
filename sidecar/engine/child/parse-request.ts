import type * as z from "zod";
import { firstIssue } from "../../../contract/errors/first-issue.ts";
import { MeshError } from "../../../contract/errors/mesh-error.ts";

/** True when a field that the engine does not know is really used, rather than sent with its neutral value. */
export type UnsupportedFields = Readonly<Record<string, (value: unknown) => boolean>>;

export const always = (): boolean => true;
export const isFilled = (value: unknown): boolean =>
  typeof value !== "object" || value === null || Object.keys(value).length > 0;

/**
 * Reads a JSON body by its schema. Ignoring a field that changes the answer would be a silent wrong answer.
 *
 * @throws MeshError `malformed_json`, `invalid_field`, `unsupported_field`, each naming what is wrong
 */
export function parseRequest<S extends z.ZodType>(body: Buffer, schema: S, unsupported: UnsupportedFields): z.infer<S> {
  const parsed = schema.safeParse(parseJson(body));
  if (!parsed.success) throw new MeshError("invalid_field", firstIssue(parsed.error));
  const fields = parsed.data as Readonly<Record<string, unknown>>;
  for (const [field, isUsed] of Object.entries(unsupported)) {
    const value = fields[field];
    if (value !== undefined && value !== null && isUsed(value)) throw new MeshError("unsupported_field", { field });
  }
  return parsed.data;
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
