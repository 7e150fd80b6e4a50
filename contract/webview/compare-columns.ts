import * as z from "zod";
import { noticeSchema } from "./chat-notice.ts";

/** `queued`: the column before it is still being answered. `waiting`: asked, and nothing has come yet. */
export const columnStateSchema = z.enum(["queued", "waiting", "streaming", "done", "stopped", "failed"]);
export type ColumnState = z.infer<typeof columnStateSchema>;

/** One answer as the page shows it, in the editor's language. */
export const columnSchema = z.object({
  /** Says nothing about who answers: in a blind comparison the page does not know either. */
  id: z.string(),
  /** The model's name, or `Answer A`. */
  title: z.string(),
  /** Where it is asked, or has answered; "" where that is not told. */
  detail: z.string(),
  state: columnStateSchema,
  text: z.string(),
  /** What the model thought before it answered; "" when it did not, or does not tell. */
  reasoning: z.string(),
  /** What it waits for; "" when for the first word. */
  progress: z.string(),
  /** What was measured; none before the end, and none before the vote. */
  figures: z.array(z.object({ name: z.string(), value: z.string(), isBest: z.boolean() })),
  /** The answer was cut at its limit. */
  isCut: z.boolean(),
  failure: noticeSchema.nullable(),
  /** Set by the vote. */
  isWinner: z.boolean(),
});
export type CompareColumn = z.infer<typeof columnSchema>;

/** One run of all columns. */
export const compareRunSchema = z.object({
  /** From 0; earlier ones can be shown again as long as the window lives. */
  index: z.number().int().min(0),
  count: z.number().int().min(1),
  prompt: z.string(),
  /** `Seed 42 · temperature 0.7 · at most 1,024 tokens` */
  settings: z.string(),
  isRunning: z.boolean(),
  /** `open`: nobody is named yet, and a vote can be given; `early`: the same, before enough answers are complete. */
  blind: z.enum(["no", "early", "open", "revealed"]),
  /** What the vote was, in words; "" without one. */
  outcome: z.string(),
});
export type CompareRun = z.infer<typeof compareRunSchema>;
