import * as z from "zod";
import { jsonObjectSchema } from "../openai/json-object.ts";

const count = z.number().int().min(0).max(1e12).optional().catch(undefined);

/** Kinds that nobody asks for here are kept as they are, to be refused: leaving one out would falsify the answer. */
const partSchema = z.looseObject({
  text: z.string().optional(),
  /** Whether the text is a summary of thoughts. */
  thought: z.boolean().optional(),
  /** The thoughts themselves, for their maker alone; it comes with text, with a call, or with nothing. */
  thoughtSignature: z
    .string()
    .max(1024 * 1024)
    .optional(),
  functionCall: z
    .object({ id: z.string().max(256).optional(), name: z.string().min(1).max(256), args: jsonObjectSchema.optional() })
    .optional(),
});
export type GeminiPart = z.infer<typeof partSchema>;

const candidateSchema = z.object({
  /** Left out for the first one. */
  index: z.number().int().min(0).max(15).default(0),
  content: z.object({ parts: z.array(partSchema).max(4096).optional() }).optional(),
  finishReason: z.string().max(64).optional(),
});

export const usageMetadataSchema = z.object({
  promptTokenCount: count,
  candidatesTokenCount: count,
  thoughtsTokenCount: count,
  toolUsePromptTokenCount: count,
  cachedContentTokenCount: count,
  totalTokenCount: count,
});
export type UsageMetadata = z.infer<typeof usageMetadataSchema>;

/**
 * The answer of `generateContent`, or an event of `streamGenerateContent`, as read from any server. Source: the types of
 * Google's SDK for JavaScript, 2.32, and the Gemini API reference, 2026.
 */
export const geminiAnswerSchema = z.object({
  candidates: z.array(candidateSchema).max(16).optional(),
  /** Why there is no candidate. */
  promptFeedback: z.object({ blockReason: z.string().max(64).optional() }).optional(),
  usageMetadata: usageMetadataSchema.optional().catch(undefined),
  /** What went wrong, also amid a stream. */
  error: z.unknown().optional(),
});
export type GeminiAnswer = z.infer<typeof geminiAnswerSchema>;

/** The answer of `batchEmbedContents`. */
export const geminiVectorsSchema = z.object({
  embeddings: z.array(z.object({ values: z.array(z.number()).max(65_536) })).max(2048),
  usageMetadata: usageMetadataSchema.optional().catch(undefined),
});
