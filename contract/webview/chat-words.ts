import * as z from "zod";

/** What stands around an answer. */
const answerWordsSchema = z.object({
  retry: z.string(),
  copyAnswer: z.string(),
  copyCode: z.string(),
  copied: z.string(),
  insertCode: z.string(),
  applyCode: z.string(),
  newFile: z.string(),
  thinking: z.string(),
  stopped: z.string(),
  interrupted: z.string(),
  cut: z.string(),
  continueHere: z.string(),
  continueElsewhere: z.string(),
  branch: z.string(),
  /** Above what a model thought, while it does and afterwards. */
  reasoningNow: z.string(),
  reasoning: z.string(),
  image: z.string(),
});

/** What stands around a question, and around all turns that have others in their place. */
const questionWordsSchema = z.object({
  edit: z.string(),
  editQuestion: z.string(),
  cancel: z.string(),
  copyQuestion: z.string(),
  /** `{0} of {1}` */
  version: z.string(),
  previousVersion: z.string(),
  nextVersion: z.string(),
});

/** Why here? */
const routeLabelsSchema = z.object({
  why: z.string(),
  asking: z.string(),
  forgotten: z.string(),
  attempts: z.string(),
  rejected: z.string(),
  showPath: z.string(),
});

const attachmentWordsSchema = z.object({
  attach: z.string(),
  attachments: z.string(),
  /** `{0}` is what is attached. */
  detach: z.string(),
  attached: z.string(),
  detached: z.string(),
  dropHere: z.string(),
  unreadableImage: z.string(),
  /** What is dropped has no address: it comes from outside of the editor. */
  unknownFile: z.string(),
});

const contextWordsSchema = z.object({
  context: z.string(),
  /** `{0} of {1} tokens`, `{0} tokens`, and both where nobody counts: `about`. */
  used: z.string(),
  usedOfUnknown: z.string(),
  about: z.string(),
});

const settingsWordsSchema = z.object({
  settings: z.string(),
  /** The button's name while something is set. */
  settingsChanged: z.string(),
  hint: z.string(),
  instructions: z.string(),
  temperature: z.string(),
  topP: z.string(),
  maxTokens: z.string(),
  seed: z.string(),
  reasoningEffort: z.string(),
  /** Where nothing is set. */
  modelsOwn: z.string(),
  efforts: z.record(z.enum(["none", "minimal", "low", "medium", "high"]), z.string()),
  /** `From {0} to {1}.` */
  range: z.string(),
  wholeRange: z.string(),
  reset: z.string(),
  undoReset: z.string(),
  close: z.string(),
});

/** The view's words in the editor's language; `{0}` is a place for a value. */
export const chatWordsSchema = z.object({
  title: z.string(),
  conversation: z.string(),
  you: z.string(),
  prompt: z.string(),
  promptPlaceholder: z.string(),
  send: z.string(),
  stop: z.string(),
  model: z.string(),
  noModel: z.string(),
  emptyTitle: z.string(),
  emptyText: z.string(),
  suggestions: z.array(z.string()),
  answerBegins: z.string(),
  answerEnds: z.string(),
  answerFails: z.string(),
  scrollDown: z.string(),
  answer: answerWordsSchema,
  question: questionWordsSchema,
  route: routeLabelsSchema,
  attachment: attachmentWordsSchema,
  contextUse: contextWordsSchema,
  options: settingsWordsSchema,
});
export type ChatWords = z.infer<typeof chatWordsSchema>;
