import * as z from "zod";
import { jsonObjectSchema } from "../openai/json-object.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const count = z.number().int().min(0).max(1e12).catch(0);

/** A whole answer of `/api/chat`, or a line of its stream, as read from any server. Source: Ollama's API types, 0.17.4. */
export const ollamaAnswerSchema = z.object({
  message: z
    .object({
      content: text,
      thinking: text,
      tool_calls: z
        .array(
          z.object({
            id: z.string().max(256).nullish(),
            function: z.object({ name: z.string().min(1).max(256), arguments: jsonObjectSchema }),
          }),
        )
        .max(128)
        .nullish(),
    })
    .optional(),
  done: z.boolean().default(false),
  done_reason: z.string().max(64).optional().catch(undefined),
  prompt_eval_count: count,
  eval_count: count,
  /** What went wrong, also amid a stream. */
  error: z.unknown().optional(),
});
export type OllamaAnswer = z.infer<typeof ollamaAnswerSchema>;

/** The same of `/api/generate`. */
export const ollamaTextSchema = ollamaAnswerSchema.omit({ message: true }).extend({ response: text });
export type OllamaText = z.infer<typeof ollamaTextSchema>;

/** The answer of `/api/embed`. */
export const ollamaVectorsSchema = z.object({
  embeddings: z.array(z.array(z.number()).max(65_536)).max(2048),
  prompt_eval_count: count,
});
