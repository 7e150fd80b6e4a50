import * as z from "zod";

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
