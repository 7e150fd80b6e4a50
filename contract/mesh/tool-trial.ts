import * as z from "zod";
import { wireErrorSchema } from "../errors/mesh-error.ts";

/** What became of a request such as a tool outside sends. */
export const toolTrialSchema = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("answered"),
    /** Where it was sent. */
    url: z.string(),
    /** Who answered, as the answer itself says; null where it does not. */
    backend: z.string().nullable(),
    model: z.string().nullable(),
    /** Until the first event of the answer and until its last, in milliseconds. */
    firstEventMs: z.number(),
    totalMs: z.number(),
    /** What was said, without control characters, cut. */
    text: z.string(),
    /** The function that the model wants called; null for none. */
    called: z.string().nullable(),
  }),
  z.object({
    outcome: z.literal("failed"),
    url: z.string(),
    /** Null when there was no answer. An answer may also fail after it has begun well. */
    status: z.number().nullable(),
    totalMs: z.number(),
    /** The catalogue's error, where the dialect carries all of it. */
    error: wireErrorSchema.nullable(),
    /** The gateway's own words, with the next step. */
    message: z.string(),
  }),
]);
export type ToolTrial = z.infer<typeof toolTrialSchema>;
