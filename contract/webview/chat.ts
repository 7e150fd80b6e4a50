import * as z from "zod";
import { composerStateSchema, conversationOptionsSchema } from "./chat-composer.ts";
import { chatActionSchema, noticeSchema } from "./chat-notice.ts";
import { routeWordsSchema, turnSchema } from "./chat-turns.ts";
import { chatWordsSchema } from "./chat-words.ts";

export const sendKeySchema = z.enum(["enter", "ctrlEnter"]);
export type SendKey = z.infer<typeof sendKeySchema>;

/**
 * From the extension to the view. `hello` answers `ready`; `update` carries what has changed since, at most one a frame.
 * A turn in `turns` replaces the one of its id or is new at the end; `appended` is more of an answer, and of what its model thought.
 */
export const toChatViewSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    words: chatWordsSchema,
    /** What sends a question; the other one starts a new line. */
    sendsWith: sendKeySchema,
    /** Thoughts are shown unfolded until a person folds them. */
    opensThoughts: z.boolean(),
  }),
  z.object({
    type: z.literal("update"),
    /** Another conversation or another branch: what is shown so far goes. */
    isReset: z.boolean(),
    turns: z.array(turnSchema),
    appended: z.array(z.object({ turnId: z.string(), text: z.string(), reasoning: z.string() })),
    /** What the conversation is called; "" while it has no question. */
    title: z.string().optional(),
    composer: composerStateSchema.optional(),
    /** Why nothing can be asked now; null when it can. */
    notice: noticeSchema.nullable().optional(),
  }),
  /** Answers `why`; null where the node does not remember the request any more. */
  z.object({ type: z.literal("route"), turnId: z.string(), route: routeWordsSchema.nullable() }),
  /** The prompt gets the focus; with a text, that is put there and nothing is sent. */
  z.object({ type: z.literal("focus"), text: z.string().optional() }),
  /** A question is open for editing again with these words: they were not sent. */
  z.object({ type: z.literal("edit"), turnId: z.string(), text: z.string() }),
]);
export type ToChatView = z.infer<typeof toChatViewSchema>;

const maxPromptCharacters = 200_000;
const prompt = z.string().min(1).max(maxPromptCharacters);
const turnId = z.string().max(64);
/** A picture from the clipboard, as the view has made it smaller: some 8 MiB as base64. */
const maxImageCharacters = 11_000_000;

/** From the view to the extension. Strict: what is not in here is refused. */
export const fromChatViewSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("send"), text: prompt }),
  z.strictObject({ type: z.literal("stop") }),
  /** Asks again what led to the last answer; the answer so far stays as another one in its place. */
  z.strictObject({ type: z.literal("retry") }),
  /** Goes on with an answer that stopped, broke off or was cut. */
  z.strictObject({ type: z.literal("continue"), isElsewhere: z.boolean() }),
  /** Asks another question in a question's place; the one so far stays beside it. */
  z.strictObject({ type: z.literal("editQuestion"), turnId, text: prompt }),
  /** Shows another of the turns that were written in one place. */
  z.strictObject({ type: z.literal("showSibling"), turnId, index: z.number().int().min(0).max(10_000) }),
  /** Begins a conversation with what there is up to this turn. */
  z.strictObject({ type: z.literal("branch"), turnId }),
  /** Why here: answered by `route`. */
  z.strictObject({ type: z.literal("why"), turnId }),
  z.strictObject({ type: z.literal("showPath"), turnId }),
  z.strictObject({ type: z.literal("copy"), text: z.string().max(1_000_000) }),
  /** What to do with code of an answer, in the editor that the person was in last. */
  z.strictObject({
    type: z.literal("useCode"),
    how: z.enum(["insert", "apply", "newFile"]),
    text: z.string().max(1_000_000),
    language: z.string().max(64),
  }),
  /** Opens the editor's list of models. */
  z.strictObject({ type: z.literal("pickModel") }),
  /** Opens the editor's list of what can be attached. */
  z.strictObject({ type: z.literal("attach") }),
  z.strictObject({
    type: z.literal("attachImage"),
    name: z.string().max(256),
    url: z.string().startsWith("data:image/").max(maxImageCharacters),
  }),
  /** Files and folders that were dropped on the view, as `text/uri-list` has them. */
  z.strictObject({ type: z.literal("attachFiles"), uris: z.array(z.string().max(4_096)).min(1).max(32) }),
  z.strictObject({ type: z.literal("detach"), attachmentId: z.string().max(64) }),
  /** What is being written, told when the person pauses: it is counted with the rest. */
  z.strictObject({ type: z.literal("draft"), text: z.string().max(maxPromptCharacters) }),
  z.strictObject({ type: z.literal("setOptions"), options: conversationOptionsSchema }),
  z.strictObject({ type: z.literal("act"), action: chatActionSchema }),
]);
export type FromChatView = z.infer<typeof fromChatViewSchema>;
