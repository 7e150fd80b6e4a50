import * as z from "zod";
import { usageSchema } from "./chat.ts";

/** One event of a streamed text completion, as read from any backend: unknown fields are dropped, all known ones optional. */
export const textChunkSchema = z.object({
  choices: z
    .array(z.object({ text: z.string().nullish(), finish_reason: z.string().max(256).nullish().catch(null) }))
    .max(16)
    .optional(),
  usage: usageSchema.nullish().catch(null),
  /** An object or a text, depending on the server. */
  error: z.unknown().optional(),
});
export type TextChunk = z.infer<typeof textChunkSchema>;
