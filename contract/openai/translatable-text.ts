import * as z from "zod";
import { textRequestSchema } from "./completions.ts";

/**
 * A text completion as a translation into another dialect reads it: strict, so that what is not named here is refused by
 * name instead of lost.
 */
export const translatableTextSchema = z.strictObject({
  ...textRequestSchema.shape,
  prompt: z.union([z.string(), z.array(z.string()).length(1)], "expected a text: tokens have no translation"),
  user: z.string().nullish(),
  // Values that say what is so by default.
  echo: z.literal(false).nullish(),
  best_of: z.literal(1).nullish(),
});
export type TranslatableText = z.infer<typeof translatableTextSchema>;
