import * as z from "zod";
import { commonFields, imageSchema } from "./request.ts";

const empty = (problem: string) => z.literal("", problem).nullish();

/** The body of `POST /api/generate`. What only a model's own runner can do must be left out or empty. */
export const generateRequestSchema = z.strictObject({
  ...commonFields,
  prompt: z.string().nullish().describe("none has the model loaded"),
  system: z.string().nullish(),
  images: z.array(imageSchema).nullish(),
  raw: z.literal(false, "a prompt without the model's template cannot be translated; ask /v1/completions").nullish(),
  suffix: empty("filling in the middle cannot be translated; leave it out"),
  template: empty("the model's own template counts; leave it out"),
  context: z.array(z.number()).max(0, "tokens of earlier answers are not kept; ask /api/chat").nullish(),
});
export type GenerateRequest = z.infer<typeof generateRequestSchema>;
