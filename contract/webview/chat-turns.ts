// The namespace form lets a bundler leave out the parts of zod that are not used: this file is in the webview's bundle.
import * as z from "zod";
import { noticeSchema } from "./chat-notice.ts";

/** How one answer stands. `stopped`: by the person. `interrupted`: the window closed while it was written. */
export const answerStateSchema = z.enum(["waiting", "streaming", "done", "stopped", "interrupted", "failed"]);
export type AnswerState = z.infer<typeof answerStateSchema>;

/** What can be put to a model beside the question. */
export const attachmentKindSchema = z.enum(["selection", "file", "folder", "problems", "terminal", "image"]);
export type AttachmentKind = z.infer<typeof attachmentKindSchema>;

/** An attachment as the view shows it; its text never goes there. */
export const attachmentChipSchema = z.object({
  id: z.string(),
  kind: attachmentKindSchema,
  /** `chat-page.ts:10-24` */
  label: z.string(),
  /** Where it is from, in full, and how much of it is taken. */
  detail: z.string(),
  /** In tokens of the model that is asked; null until they are counted, and for images. */
  tokens: z.number().int().nullable(),
  /** Counted by the model's own tokenizer; otherwise it is estimated. */
  isExact: z.boolean(),
  /** A small picture of an image as a `data:` address; null for the others. */
  thumbnail: z.string().startsWith("data:image/").nullable(),
  /** What is wrong with it, such as a model that sees no images; null when nothing is. */
  problem: z.string().nullable(),
});
export type AttachmentChip = z.infer<typeof attachmentChipSchema>;

/** Where a turn stands among those that were written in its place; null where there is no other. */
const siblingsSchema = z.object({ index: z.number().int().min(0), count: z.number().int().min(2) }).nullable();

export const turnSchema = z.discriminatedUnion("role", [
  z.object({
    id: z.string(),
    role: z.literal("user"),
    text: z.string(),
    attachments: z.array(attachmentChipSchema),
    siblings: siblingsSchema,
  }),
  z.object({
    id: z.string(),
    role: z.literal("assistant"),
    text: z.string(),
    /** What the model thought before it answered; "" when it did not, or does not tell. */
    reasoning: z.string(),
    state: answerStateSchema,
    /** The model that answered, as people call it. */
    model: z.string(),
    /** What stands below the answer: time to the first token, tokens per second. Before it: its place in the queue. */
    figures: z.string(),
    /** The answer was cut at its limit. */
    isCut: z.boolean(),
    /** It has begun and can be gone on with: `elsewhere` when the place that wrote it broke off and there is another one. */
    canContinue: z.enum(["here", "elsewhere"]).nullable(),
    /** The node remembers how it was routed: `why` can be asked. */
    hasRoute: z.boolean(),
    siblings: siblingsSchema,
    failure: noticeSchema.nullable(),
  }),
]);
export type Turn = z.infer<typeof turnSchema>;

/** Why an answer came from where it came from, in the editor's language. */
export const routeWordsSchema = z.object({
  /** One sentence: what answered, where, and why there. */
  summary: z.string(),
  /** Node, backend, model, digest, strategy, estimate against actual. */
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
  /** In the order in which they were asked. */
  attempts: z.array(z.object({ place: z.string(), outcome: z.string(), hasAnswered: z.boolean() })),
  /** Places that could have answered, and were not asked, each with its reason. */
  rejected: z.array(z.object({ place: z.string(), reason: z.string() })),
});
export type RouteWords = z.infer<typeof routeWordsSchema>;
