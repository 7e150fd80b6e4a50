import * as z from "zod";
import { chatActionSchema, noticeSchema } from "./chat-notice.ts";
import { columnSchema, compareRunSchema } from "./compare-columns.ts";
import { compareQuestionSchema, contenderSchema, mostContenders } from "./compare-setup.ts";
import { tallyViewSchema } from "./compare-tally.ts";
import { compareWordsSchema } from "./compare-words.ts";

/**
 * The messages of the page that compares answers. Order: the page says `ready` with what it has kept → `hello`, a
 * complete `update` → `update`s as things change, at most one a frame.
 */
export const toCompareViewSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    words: compareWordsSchema,
    /** The editor's language as a BCP 47 tag: where words end depends on it. */
    language: z.string(),
    /** The system prompt of the settings, where the page has kept none. */
    instructions: z.string(),
  }),
  z.object({
    type: z.literal("update"),
    /** Another run or none: the columns that are shown so far go. */
    isReset: z.boolean(),
    /** A column replaces the one of its id or is new at the end. */
    columns: z.array(columnSchema),
    /** More of answers and of what their models thought. */
    appended: z.array(z.object({ columnId: z.string(), text: z.string(), reasoning: z.string() })),
    /** Null while nothing was run. */
    run: compareRunSchema.nullable().optional(),
    /** Who is asked next, in the order of their choice. */
    contenders: z
      .array(z.object({ contender: contenderSchema, label: z.string(), detail: z.string() }))
      .max(mostContenders)
      .optional(),
    /** Why nothing can be run now; null when it can. */
    notice: noticeSchema.nullable().optional(),
    tally: tallyViewSchema.optional(),
  }),
  /** The prompt gets the focus. */
  z.object({ type: z.literal("focus") }),
  /** The tally is opened and gets the focus. */
  z.object({ type: z.literal("showTally") }),
]);
export type ToCompareView = z.infer<typeof toCompareViewSchema>;

const columnId = z.string().max(64);

/** What a person thinks of the answers of a run. */
export const voteSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("best"), columnId }),
  z.strictObject({ kind: z.literal("tie") }),
  /** None of them is any good. */
  z.strictObject({ kind: z.literal("none") }),
]);
export type Vote = z.infer<typeof voteSchema>;

/** From the page to the extension. Strict: what is not in here is refused. */
export const fromCompareViewSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("ready"),
    /** Whom an earlier life of the page had chosen; they count where the window knows none. */
    contenders: z.array(contenderSchema).max(mostContenders),
  }),
  /** Opens the editor's list of models. */
  z.strictObject({ type: z.literal("pickModels") }),
  z.strictObject({ type: z.literal("run"), question: compareQuestionSchema }),
  /** One column, or all. */
  z.strictObject({ type: z.literal("stop"), columnId: columnId.nullable() }),
  /** Asks one column once more what its run has asked; its answer is replaced. */
  z.strictObject({ type: z.literal("askAgain"), columnId }),
  z.strictObject({ type: z.literal("showRun"), index: z.number().int().min(0).max(10_000) }),
  z.strictObject({ type: z.literal("vote"), vote: voteSchema }),
  /** Names the columns without a vote. */
  z.strictObject({ type: z.literal("reveal") }),
  z.strictObject({ type: z.literal("copy"), text: z.string().max(1_000_000) }),
  z.strictObject({ type: z.literal("exportTally"), format: z.enum(["csv", "json"]) }),
  z.strictObject({ type: z.literal("resetTally") }),
  z.strictObject({ type: z.literal("act"), action: chatActionSchema }),
]);
export type FromCompareView = z.infer<typeof fromCompareViewSchema>;
