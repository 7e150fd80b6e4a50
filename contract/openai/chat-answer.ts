import * as z from "zod";
import { finishReasonSchema, usageSchema } from "./chat.ts";

/** Names and ids are short; whatever is longer is no honest one. */
const nameSchema = z.string().max(256).nullish();

const callPieceSchema = z.object({
  /** Which call it belongs to; some servers leave it out. */
  index: z.number().int().min(0).max(127).nullish(),
  id: nameSchema,
  function: z.object({ name: nameSchema, arguments: z.string().nullish() }).nullish(),
});
export type CallPiece = z.infer<typeof callPieceSchema>;

const answerPieceSchema = z.object({
  content: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  /** The same under the name that other servers have for it. */
  reasoning: z.string().nullish().catch(null),
  tool_calls: z.array(callPieceSchema).max(128).nullish(),
});
export type AnswerPiece = z.infer<typeof answerPieceSchema>;

const choiceSchema = z.object({
  /** A piece of a streamed answer. */
  delta: answerPieceSchema.nullish(),
  /** A whole answer. */
  message: answerPieceSchema.nullish(),
  /** Servers have reasons of their own. */
  finish_reason: z.string().max(256).nullish().catch(null),
  /** The stop text that ended the answer, as vLLM tells it. */
  stop_reason: z.unknown().optional(),
});

/**
 * A chat completion, whole or one event of its stream, for whoever puts it into another dialect: everything that people see
 * of it. Text that cannot be read is an error here, where leaving it out would falsify the answer.
 */
export const chatAnswerSchema = z.object({
  model: z.string().max(512).optional().catch(undefined),
  choices: z.array(choiceSchema).max(16).nullish(),
  usage: usageSchema.nullish().catch(null),
  /** An object or a text, depending on the server. */
  error: z.unknown().optional(),
});
export type ChatAnswer = z.infer<typeof chatAnswerSchema>;

/** One event of a streamed answer, as read from any backend: unknown fields are dropped, all known ones optional. */
export const chatChunkSchema = z.object({
  id: z.string().optional(),
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        delta: answerPieceSchema.nullish(),
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
