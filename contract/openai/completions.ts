import * as z from "zod";
import { samplingFields } from "./sampling.ts";

/** OpenAI's older text completions: the model goes on with a text, without any chat template. */
export const textRequestSchema = z.looseObject({
  ...samplingFields,
  prompt: z.union([z.string(), z.array(z.string()).length(1), z.array(z.number().int().min(0)).min(1)]),
  suffix: z
    .string()
    .nullish()
    .describe("what stands behind the gap: the model fills in between, where it has the tokens for that"),
  logprobs: z.number().int().min(0).max(20).nullish().describe("number of alternatives to tell with each token"),
});
export type TextRequest = z.infer<typeof textRequestSchema>;
