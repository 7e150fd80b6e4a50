import * as z from "zod";
import { recognisedProgramSchema } from "./server-program.ts";

/** What was found out by trying a server. */
export const connectionTestSchema = z.object({
  /** What answers, where it was recognised. */
  program: recognisedProgramSchema.nullable().default(null),
  models: z.number(),
  /** How many of them are in memory; null where nobody tells. */
  loaded: z.number().nullable().default(null),
  /** The round trip of the model list, in milliseconds. */
  networkMs: z.number(),
  isLoading: z.boolean(),
  /** The model that streamed an answer, and how long its first event took in milliseconds; null when none was asked. */
  streamed: z.object({ model: z.string(), firstEventMs: z.number() }).nullable(),
  /** Why none was asked, or what it said instead. */
  remark: z.string().nullable(),
});
export type ConnectionTest = z.infer<typeof connectionTestSchema>;
