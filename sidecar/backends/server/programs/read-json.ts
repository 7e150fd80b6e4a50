import * as z from "zod";

/** The known fields of a hostile answer; undefined when it is something else. */
export function readJson<S extends z.ZodType>(schema: S, body: Buffer): z.infer<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(body.toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

/** How programs number themselves, and nothing else: `0.11.0`, `b4920-1a2b3c`, `v2.26.0 (a1b2c3d)`. */
export const versionText = z.string().regex(/^[\w.+() -]{1,64}$/);

export const tokenCount = z.number().int().min(1).max(1e9);
