import * as z from "zod";
import { durationSchema } from "./request.ts";

const commonFields = {
  model: z.string().min(1),
  /** Nothing but the context concerns vectors; where the model has at least that much, the wish is met. */
  options: z.strictObject({ num_ctx: z.number().int().min(1).nullish() }).nullish(),
  /** Left aside, as in questions. */
  keep_alive: durationSchema.nullish(),
} as const;

const text = z.string().min(1, "expected a text; models are loaded by the first one, and unloaded by the node");

/** The body of `POST /api/embed`. */
export const embedRequestSchema = z.strictObject({
  ...commonFields,
  input: z.union([text, z.array(text).min(1).max(2048)]),
  dimensions: z.number().int().min(1).nullish(),
  truncate: z.literal(false, "texts are never cut here; leave it out").nullish(),
});

/** The body of `POST /api/embeddings`, which `/api/embed` has replaced. */
export const embeddingsRequestSchema = z.strictObject({ ...commonFields, prompt: text });
