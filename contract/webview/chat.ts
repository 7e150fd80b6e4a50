// The namespace form lets a bundler leave out the parts of zod that are not used: this file is in the webview's bundle.
import * as z from "zod";

/** How one answer stands. `stopped`: by the person. `interrupted`: the window closed while it was written. */
export const answerStateSchema = z.enum(["waiting", "streaming", "done", "stopped", "interrupted", "failed"]);
export type AnswerState = z.infer<typeof answerStateSchema>;

/** Where a button of the view may lead. The view names an action, never a command. */
export const chatActionSchema = z.enum([
  "startNode",
  "showLog",
  "loadModel",
  "addModelFile",
  "openConfiguration",
  "reloadWindow",
  "manageTrust",
]);
export type ChatAction = z.infer<typeof chatActionSchema>;

/** Something that the view tells a person, with the one thing to do about it; in the editor's language. */
export const noticeSchema = z.object({
  message: z.string(),
  nextStep: z.string(),
  isError: z.boolean(),
  isBusy: z.boolean(),
  button: z.object({ label: z.string(), action: chatActionSchema }).nullable(),
});
export type Notice = z.infer<typeof noticeSchema>;

export const turnSchema = z.discriminatedUnion("role", [
  z.object({ id: z.string(), role: z.literal("user"), text: z.string() }),
  z.object({
    id: z.string(),
    role: z.literal("assistant"),
    text: z.string(),
    state: answerStateSchema,
    /** The model that answered, as people call it. */
    model: z.string(),
    /** What stands below the answer: time to the first token, tokens per second. Before it: its place in the queue. */
    figures: z.string(),
    /** The answer was cut at its limit. */
    isCut: z.boolean(),
    failure: noticeSchema.nullable(),
  }),
]);
export type Turn = z.infer<typeof turnSchema>;

export const modelChoiceSchema = z.object({ id: z.string(), label: z.string(), isLoaded: z.boolean() });
export type ModelChoice = z.infer<typeof modelChoiceSchema>;

/** The view's words in the editor's language; `{0}` is a place for a value. */
export const chatWordsSchema = z.object({
  title: z.string(),
  conversation: z.string(),
  you: z.string(),
  prompt: z.string(),
  promptPlaceholder: z.string(),
  send: z.string(),
  stop: z.string(),
  retry: z.string(),
  model: z.string(),
  noModel: z.string(),
  copyAnswer: z.string(),
  copyCode: z.string(),
  copied: z.string(),
  thinking: z.string(),
  stopped: z.string(),
  interrupted: z.string(),
  cut: z.string(),
  notLoaded: z.string(),
  emptyTitle: z.string(),
  emptyText: z.string(),
  suggestions: z.array(z.string()),
  answerBegins: z.string(),
  answerEnds: z.string(),
  answerFails: z.string(),
  scrollDown: z.string(),
  image: z.string(),
});
export type ChatWords = z.infer<typeof chatWordsSchema>;

/**
 * From the extension to the view. `hello` answers `ready`; `update` carries what has changed since, at most one a frame.
 * A turn in `turns` replaces the one of its id or is new at the end; `appended` is more text of an answer.
 */
export const toChatViewSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), words: chatWordsSchema }),
  z.object({
    type: z.literal("update"),
    /** Another conversation: what is shown so far goes. */
    isReset: z.boolean(),
    turns: z.array(turnSchema),
    appended: z.array(z.object({ turnId: z.string(), text: z.string() })),
    models: z.array(modelChoiceSchema).optional(),
    model: z.string().nullable().optional(),
    /** Why nothing can be asked now; null when it can. */
    notice: noticeSchema.nullable().optional(),
  }),
  /** The prompt gets the focus. */
  z.object({ type: z.literal("focus") }),
]);
export type ToChatView = z.infer<typeof toChatViewSchema>;

const maxPromptCharacters = 200_000;

/** From the view to the extension. Strict: what is not in here is refused. */
export const fromChatViewSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("send"), text: z.string().min(1).max(maxPromptCharacters) }),
  z.strictObject({ type: z.literal("stop") }),
  /** Asks again what led to the last answer. */
  z.strictObject({ type: z.literal("retry") }),
  z.strictObject({ type: z.literal("copy"), text: z.string().max(1_000_000) }),
  z.strictObject({ type: z.literal("chooseModel"), model: z.string().max(4_096) }),
  z.strictObject({ type: z.literal("act"), action: chatActionSchema }),
]);
export type FromChatView = z.infer<typeof fromChatViewSchema>;
