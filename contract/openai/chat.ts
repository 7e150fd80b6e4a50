import * as z from "zod";

/** The part of OpenAI's chat completions that every backend shares. Source: the OpenAI API reference, 2026. */
const textPartSchema = z.object({ type: z.literal("text"), text: z.string() });

export const chatMessageSchema = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: z.union([z.string(), z.array(textPartSchema)]).nullish(),
  name: z.string().optional(),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** Unknown fields are kept: backends of the same dialect may know them. */
export const chatRequestSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(chatMessageSchema).min(1).max(4096),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.number().int().min(0).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]).nullish(),
  n: z.literal(1).nullish(),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

export const finishReasonSchema = z.enum(["stop", "length", "tool_calls", "content_filter"]);
export type FinishReason = z.infer<typeof finishReasonSchema>;

/** Counts in tokens of the model that answered. */
export const usageSchema = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
  /** How much of the prompt was still in memory from an earlier request. */
  prompt_tokens_details: z
    .object({ cached_tokens: z.number() })
    .nullish()
    // Some servers have other fields here; that must not cost the event its text.
    .catch(null),
});
export type Usage = z.infer<typeof usageSchema>;

/** One event of a streamed answer, as read from any backend: unknown fields are dropped, all known ones optional. */
export const chatChunkSchema = z.object({
  id: z.string().optional(),
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).optional(),
        // Servers have reasons of their own; an unknown one must not cost the event its text.
        finish_reason: finishReasonSchema.nullish().catch(null),
      }),
    )
    .optional(),
  usage: usageSchema.nullish(),
  /** An object or a text, depending on the server. */
  error: z.unknown().optional(),
});
export type ChatChunk = z.infer<typeof chatChunkSchema>;
