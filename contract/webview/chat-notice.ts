import * as z from "zod";

/** Where a button of the view may lead. The view names an action, never a command. */
export const chatActionSchema = z.enum([
  "startNode",
  "showLog",
  "loadModel",
  "downloadModel",
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
