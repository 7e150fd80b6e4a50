import { plainText } from "../../platform/plain-text.ts";
import type { Translate } from "../../platform/translate.ts";
import type { Attachment } from "./attachment.ts";
import type { CutPlan } from "./plan-cut.ts";

export interface CutWordsOptions {
  readonly t: Translate;
  /** What people call the model. */
  readonly model: string;
  /** Null where nobody says; then no plan leaves anything out. */
  readonly contextTokens: number | null;
  /** What is kept free for the answer. */
  readonly answerTokens: number;
  readonly isExact: boolean;
  /** Pictures for a model that sees none. */
  readonly unseen?: readonly Attachment[];
}

/** What a person reads before anything is left out. */
export interface CutWords {
  readonly message: string;
  /** What exactly would be left out, a line each. */
  readonly detail: string;
  /** How much that is, in one sentence. */
  readonly summary: string;
}

/** A conversation may have hundreds of questions, and a dialog has no scroll bar everywhere. */
const maxNamed = 8;
const maxWords = 60;
const maxSummed = 3;

/** Undefined where nothing has to be left out. */
export function cutWords(plan: CutPlan | null, options: CutWordsOptions): CutWords | undefined {
  const { t, unseen = [] } = options;
  const cut = plan === null || !leavesOut(plan) ? null : plan;
  if (cut === null && unseen.length === 0) return undefined;
  const messages = [
    ...(unseen.length === 0 ? [] : [t("{0} sees no pictures.", { 0: plainText(options.model, 60) })]),
    ...(cut === null ? [] : [tooLong(cut, options)]),
  ];
  const message = messages.join(" ");
  if (cut !== null && cut.kept === null) {
    const words = t("The question alone is too long for this model.");
    return { message, detail: words, summary: words };
  }
  const questions = (cut?.leftOut ?? []).map(({ number, question }) =>
    t("Question {0} and its answer: “{1}”", { 0: number, 1: plainText(question, maxWords) }),
  );
  const attachments = [
    ...unseen.map(({ label }) => t("All of {0}", { 0: plainText(label, maxWords) })),
    ...(cut?.shortened ?? []).map(({ attachment, lines, keptLines }) => {
      const label = plainText(attachment.label, maxWords);
      if (keptLines === 0) return t("All of {0}", { 0: label });
      return t("{0}: {1} of its {2} lines", { 0: label, 1: lines - keptLines, 2: lines });
    }),
  ];
  const detail = [t("This would be left out:"), ...named(questions, t), ...named(attachments, t)].join("\n");
  return { message, detail, summary: summary(questions.length, attachments, t) };
}

function summary(questions: number, attachments: readonly string[], t: Translate): string {
  const oldest = questions === 1 ? t("the oldest question") : t("the {0} oldest questions", { 0: questions });
  const parts = [...(questions === 0 ? [] : [oldest]), ...attachments.slice(0, maxSummed)];
  const rest = attachments.length - maxSummed;
  const more = rest > 0 ? [t("{0} more attachments", { 0: rest })] : [];
  return t("Would be left out: {0}. You are asked before it is sent.", { 0: [...parts, ...more].join(", ") });
}

/** True when the plan sends less than the whole, or nothing. */
const leavesOut = ({ kept, leftOut, shortened }: CutPlan): boolean =>
  kept === null || leftOut.length > 0 || shortened.length > 0;

function tooLong(plan: CutPlan, { t, model, contextTokens, answerTokens, isExact }: CutWordsOptions): string {
  return t("The prompt has {0} tokens. {1} takes {2}, and {3} of them are kept for the answer.", {
    0: `${isExact ? "" : "≈ "}${plan.promptTokens.toLocaleString()}`,
    1: plainText(model, 60),
    2: contextTokens?.toLocaleString() ?? "?",
    3: answerTokens.toLocaleString(),
  });
}

const named = (lines: readonly string[], t: Translate): string[] =>
  lines.length <= maxNamed
    ? lines.map(listed)
    : [...lines.slice(0, maxNamed - 1).map(listed), listed(t("… and {0} more", { 0: lines.length - maxNamed + 1 }))];

const listed = (line: string): string => `• ${line}`;
