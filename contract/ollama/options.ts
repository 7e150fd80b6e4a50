import * as z from "zod";

/** An option that must be left out or stand at the value at which it does nothing: it cannot be translated. */
const neutral = (value: number) =>
  z.literal(value, `it cannot be translated; leave it out, or set it to ${value}`).nullish();

/**
 * `options` of Ollama's requests, as far as they can be honoured for any model that is reached through the router. Options
 * of loading (`num_gpu`, `num_thread`, …) cannot: the node's own settings decide them. Unknown ones are refused by name.
 * Source: Ollama's API documentation, 2026.
 */
export const optionsSchema = z.strictObject({
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.number().int().nullish(),
  min_p: z.number().nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  num_predict: z
    .number()
    .int()
    .refine((value) => value > 0 || value === -1 || value === -2, "expected 1 or more, or -1 for no limit")
    .nullish()
    .describe("in tokens; -1 and -2 stand for no limit but the context"),
  repeat_penalty: z.number().nullish(),
  repeat_last_n: z.number().int().min(0, "expected a number of tokens").nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  num_ctx: z.number().int().min(1).nullish().describe("in tokens: honoured where the model has at least that much"),
  // Samplers that are off unless asked for.
  mirostat: neutral(0),
  tfs_z: neutral(1),
  typical_p: neutral(1),
});
export type Options = z.infer<typeof optionsSchema>;
