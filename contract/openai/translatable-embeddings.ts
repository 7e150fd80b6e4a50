import * as z from "zod";
import { embeddingsRequestSchema } from "./embeddings.ts";

/** A request for vectors as a translation into another dialect reads it: what is not named here is refused by name. */
export const translatableEmbeddingsSchema = z.strictObject({
  ...embeddingsRequestSchema.shape,
  user: z.string().nullish(),
});
export type TranslatableEmbeddings = z.infer<typeof translatableEmbeddingsSchema>;
