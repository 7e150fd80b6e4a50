import type { Translate } from "../../platform/translate.ts";
import type { Conversation } from "../conversation.ts";
import type { AskedPlace } from "./asked-place.ts";
import type { Attachment } from "./attachment.ts";
import { type CutWords, cutWords } from "./cut-words.ts";
import { answerRoom, judgePrompt, type PromptJudgement } from "./judge-prompt.ts";
import type { Exchange, PromptMessage, PromptParts } from "./prompt-parts.ts";
import type { TokenCounts } from "./token-counts.ts";

/** What is asked of a person before something is left out; tests play them. */
export interface CutPrompts {
  /** Says what would be left out. Undefined: nothing is sent. */
  confirmCut(words: CutWords, canSend: boolean): Promise<"send" | "chooseModel" | undefined>;
  /** Shows that it is being counted, where that takes its time. Undefined when the person would rather not wait. */
  counting<T>(count: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
  /** True when another model was chosen. */
  chooseModel(): Promise<boolean>;
}

export interface FitQuestionOptions {
  readonly session: { readonly conversation: Pick<Conversation, "options"> };
  readonly counts: Pick<TokenCounts, "count">;
  /** Whom the question goes to; null while nobody knows. */
  readonly place: () => AskedPlace | null;
  /** What holds where the conversation has no instructions of its own. */
  readonly instructions: () => string;
  readonly prompts: CutPrompts;
  readonly t: Translate;
}

/** A question, and what goes to the model with it. */
export interface QuestionToFit {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** What comes before it, the oldest first. */
  readonly exchanges: readonly Exchange[];
  /** What there is of an answer that is gone on with. */
  readonly begun?: readonly PromptMessage[];
  /** Questions that a person has agreed to leave out already: for these they are not asked once more. */
  readonly agreed: readonly string[];
}

/** What of it is sent, with the person's word. */
export interface FittedQuestion {
  readonly attachments: readonly Attachment[];
  /** Questions whose exchange is not sent. */
  readonly leftOut: readonly string[];
}

/** The least that a tokenizer makes of a byte is a token, and estimates take three bytes for one. */
const worstEstimate = 3;

/** What goes to the model with a question, as much as a person has agreed to. Undefined: they would rather not send it. */
export async function fitQuestion(
  question: QuestionToFit,
  options: FitQuestionOptions,
): Promise<FittedQuestion | undefined> {
  const { prompts } = options;
  for (;;) {
    const judged = await judge(question, options);
    if (judged === undefined) return undefined;
    const { words, kept, leftOut } = judged;
    const choice = words === undefined ? "send" : await prompts.confirmCut(words, kept !== null);
    if (choice === "chooseModel") {
      if (await prompts.chooseModel()) continue;
      return undefined;
    }
    if (choice === undefined || kept === null) return undefined;
    return { attachments: kept.attachments, leftOut };
  }
}

/** The system prompt of a conversation, where it has one. */
export function systemPrompt(options: Pick<FitQuestionOptions, "session" | "instructions">): PromptMessage[] {
  const instructions = options.session.conversation.options.instructions ?? options.instructions();
  return instructions.trim() === "" ? [] : [{ role: "system", content: instructions }];
}

/** Tokens that are kept free for the answer. */
export const answerTokensAt = (
  { contextTokens }: AskedPlace,
  { session }: Pick<FitQuestionOptions, "session">,
): number => answerRoom(contextTokens, session.conversation.options.parameters.maxTokens);

interface Judged {
  readonly words: CutWords | undefined;
  /** Null when not even the question alone fits. */
  readonly kept: PromptParts | null;
  readonly leftOut: readonly string[];
}

/** What of the question can be sent, and what to say before; undefined when the person would not wait for it. */
async function judge(question: QuestionToFit, options: FitQuestionOptions): Promise<Judged | undefined> {
  const { exchanges, attachments, agreed, begun = [] } = question;
  const place = options.place();
  const whole = { instructions: systemPrompt(options), exchanges, question: question.text, attachments, begun };
  if (place === null) return { words: undefined, kept: whole, leftOut: [] };
  const unseen = place.seesImages ? [] : attachments.filter(({ image }) => image !== null);
  const parts = { ...whole, attachments: attachments.filter((attachment) => !unseen.includes(attachment)) };
  const judgement = await count(parts, place, options);
  if (judgement === undefined) return undefined;
  const { plan } = judgement;
  const leftOut = plan?.leftOut.map(({ id }) => id) ?? [];
  const kept = plan === null ? parts : plan.kept;
  const isShort = plan !== null && plan.kept !== null && plan.shortened.length === 0;
  const isAgreed = isShort && leftOut.every((id) => agreed.includes(id));
  const words = cutWords(isAgreed ? null : plan, {
    t: options.t,
    model: place.label,
    contextTokens: place.contextTokens,
    answerTokens: answerTokensAt(place, options),
    isExact: judgement.count.isExact,
    unseen,
  });
  return { words, kept, leftOut };
}

/** By the estimate where that is enough; otherwise as exactly as its place can. */
async function count(
  parts: PromptParts,
  place: AskedPlace,
  options: FitQuestionOptions,
): Promise<PromptJudgement | undefined> {
  const { counts, prompts } = options;
  const answerTokens = answerTokensAt(place, options);
  const judgeIt = (isSent: boolean, signal: AbortSignal): Promise<PromptJudgement> =>
    judgePrompt(parts, { place, answerTokens, counts, isSent, signal });
  if (!place.countsHere) {
    const guess = await judgeIt(false, new AbortController().signal);
    const worst = guess.count.tokens * worstEstimate + answerTokens;
    if (place.contextTokens === null || worst <= place.contextTokens) return guess;
  }
  return await prompts.counting((signal) => judgeIt(true, signal));
}
