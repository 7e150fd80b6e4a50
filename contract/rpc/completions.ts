import * as z from "zod";
import { privacyLabelSchema } from "../mesh/privacy-label.ts";
import { usageSchema } from "../openai/chat.ts";
import { request } from "./definition.ts";

/** More than any model fills in well; what surrounds a gap is chosen by whoever asks. */
const maxTextLength = 256 * 1024;

/**
 * Fills the gap between two texts, for whoever shows the result while somebody types: by the deadline, or not at all. It
 * asks models that are in memory, and has none loaded but by a server, for a model that is named; it waits behind the questions of people, and never past its deadline.
 * Cancelling the call stops the engine within one token.
 */
export const completionsComplete = request(
  "completions/complete",
  z.object({
    /** Null leaves the choice to the router: where the answer is expected first, among models that fill gaps. */
    model: z.string().min(1).max(512).nullable(),
    prefix: z.string().max(maxTextLength),
    suffix: z.string().max(maxTextLength),
    maxTokens: z.number().int().min(1).max(1024),
    stop: z.array(z.string().min(1).max(64)).max(8),
    deadlineMs: z.number().int().min(1).max(60_000),
    /** As in `chat/stream`. */
    workspacePrivacy: privacyLabelSchema.optional(),
  }),
  z.object({
    /** With `deadline` what there was by then: nothing, or a beginning that may end in the middle of a word. */
    text: z.string(),
    finishReason: z.enum(["stop", "length", "deadline"]),
    /** What answered; null when nothing had begun to. */
    model: z.string().nullable(),
    backend: z.string().nullable(),
    /** Null when the backend did not report it, or not by the deadline. */
    usage: usageSchema.nullable(),
    timing: z.object({
      /** From the call's arrival to the first text, in milliseconds; null where none came. */
      firstTokenMs: z.number().nullable(),
      totalMs: z.number(),
    }),
  }),
);
