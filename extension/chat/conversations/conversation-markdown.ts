import { markdownText, plainText } from "../../platform/plain-text.ts";
import type { Translate } from "../../platform/translate.ts";
import type { Answer, Conversation, Question } from "../conversation.ts";
import { fenceAround } from "../question-content.ts";
import { answerFigures } from "../view-turn.ts";
import { closedMarkdown, quoted } from "./closed-markdown.ts";
import { conversationTitle } from "./conversation-title.ts";
import { shownPath } from "./conversation-tree.ts";

/** A conversation as a document: what is shown of it, each turn under a head of its own. Attachments are named, not included. */
export function conversationMarkdown(conversation: Conversation, t: Translate): string {
  const title = markdownText(conversationTitle(conversation));
  const moment = new Date(conversation.createdAt).toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
  const turns = shownPath(conversation).map((turn) =>
    turn.role === "user" ? questionMarkdown(turn, t) : answerMarkdown(turn, t),
  );
  return `${[`# ${title === "" ? t("Conversation") : title}`, moment, ...turns].join("\n\n")}\n`;
}

/** A file name for it, without anything that file systems refuse. */
export function markdownFileName(conversation: Conversation, t: Translate): string {
  const title = plainText(conversationTitle(conversation), 60)
    .replace(/[\\/:*?"<>|.]+/g, " ")
    .trim();
  return `${title === "" ? t("Conversation") : title}.md`;
}

function questionMarkdown({ text, attachments }: Question, t: Translate): string {
  const names = attachments.map(({ label, detail }) => {
    const where = detail === label || detail === "" ? "" : ` – ${markdownText(detail, 200)}`;
    return `- ${markdownText(label)}${where}`;
  });
  const attached = names.length === 0 ? [] : [`${t("Attached:")}\n\n${names.join("\n")}`];
  return [`## ${t("You")}`, ...attached, quoted(text)].join("\n\n");
}

function answerMarkdown(answer: Answer, t: Translate): string {
  const { modelName, reasoning, text } = answer;
  const name = modelName === "" ? t("Model") : markdownText(modelName, 60);
  const figures = answerFigures(answer, t);
  return [
    `## ${name}`,
    ...(reasoning === "" ? [] : [folded(t("Thoughts"), reasoning)]),
    ...(text === "" ? [] : [closedMarkdown(text, 2)]),
    ...stateWords(answer, t).map((words) => `*${words}*`),
    ...(figures === "" ? [] : [`<sub>${markdownText(figures, 200)}</sub>`]),
  ].join("\n\n");
}

/** Between fences, since tags inside would end what is folded. */
function folded(summary: string, text: string): string {
  const fence = fenceAround(text);
  return `<details>\n<summary>${markdownText(summary)}</summary>\n\n${fence}text\n${text}\n${fence}\n\n</details>`;
}

/** Why an answer is not whole. */
function stateWords({ state, finishReason }: Answer, t: Translate): string[] {
  if (state === "stopped") return [t("Stopped.")];
  if (state === "interrupted") return [t("Interrupted: the window closed before the answer was complete.")];
  if (state === "failed") return [t("The answer failed.")];
  return finishReason === "length" ? [t("The answer was cut at its length limit.")] : [];
}
