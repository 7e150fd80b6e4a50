import type { ChatWords } from "../../contract/webview/chat-words.ts";
import type { Translate } from "../platform/translate.ts";

/** The chat view's words, in the editor's language. */
export const chatWords = (t: Translate): ChatWords => ({
  title: t("Chat"),
  conversation: t("Conversation"),
  you: t("You"),
  prompt: t("Question"),
  promptPlaceholder: t("Ask a model on your machines"),
  send: t("Send"),
  stop: t("Stop"),
  retry: t("Retry"),
  model: t("Model"),
  noModel: t("No model"),
  copyAnswer: t("Copy answer"),
  copyCode: t("Copy code"),
  copied: t("Copied"),
  thinking: t("Waiting for the first word…"),
  stopped: t("Stopped."),
  interrupted: t("Interrupted: the window closed before the answer was complete."),
  cut: t("The answer was cut at its length limit."),
  notLoaded: t("not loaded"),
  emptyTitle: t("Ask away"),
  emptyText: t("Your questions go to your own machines, and nowhere else."),
  suggestions: [t("What can you do?"), t("What is an inference mesh?"), t("Write a function that reverses a string.")],
  answerBegins: t("The answer begins."),
  answerEnds: t("The answer is complete."),
  answerFails: t("The answer failed."),
  scrollDown: t("Scroll to the end"),
  image: t("Image"),
});
