import * as z from "zod";

/** The answer of `/v1/embeddings` from any backend, for whoever puts it into another dialect. */
export const embeddingsAnswerSchema = z.object({
  model: z.string().max(512).optional().catch(undefined),
  data: z
    .array(z.object({ index: z.number().int().min(0).optional(), embedding: z.array(z.number()).max(65_536) }))
    .max(2048),
  usage: z.object({ prompt_tokens: z.number() }).nullish().catch(null),
});
