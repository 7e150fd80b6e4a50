import * as z from "zod";

/** Fields that chat and text completions have in common. Penalties and bias as OpenAI limits them. */
export const samplingFields = {
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]).nullish(),
  n: z.number().int().min(1).max(16).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z
    .record(z.string().regex(/^\d{1,9}$/, "expected a token number"), z.number().min(-100).max(100))
    .nullish()
    .describe("by token number of the model, which `/v1/tokenize` tells"),
  // Extensions, named as in llama-server.
  top_k: z.number().int().min(0).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repeat_penalty: z.number().min(0.1).max(10).nullish(),
  repeat_last_n: z
    .number()
    .int()
    .min(0)
    .max(65_536)
    .nullish()
    .describe("how many of the last tokens the penalties look at"),
} as const;

const samplingSchema = z.looseObject(samplingFields);
export type SamplingRequest = z.infer<typeof samplingSchema>;
