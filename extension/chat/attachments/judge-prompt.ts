import type { AskedPlace } from "./asked-place.ts";
import { type CutPlan, planCut } from "./plan-cut.ts";
import { type PromptParts, promptMessages } from "./prompt-parts.ts";
import type { CountOptions, TokenCount, TokenCounts } from "./token-counts.ts";

export interface JudgePromptOptions extends CountOptions {
  readonly place: AskedPlace;
  /** Kept free for the answer. */
  readonly answerTokens: number;
  readonly counts: Pick<TokenCounts, "count">;
}

export interface PromptJudgement {
  readonly count: TokenCount;
  /** What would have to be left out; null when all of it fits, or nobody says how much does. */
  readonly plan: CutPlan | null;
}

/** What most answers need; of a small context a quarter. */
const usualAnswerTokens = 1_024;

/** Tokens to keep free for an answer: as many as were asked for, otherwise what most answers need. */
export function answerRoom(contextTokens: number | null, maxTokens: number | null): number {
  const usual = contextTokens === null ? usualAnswerTokens : Math.min(usualAnswerTokens, Math.floor(contextTokens / 4));
  return maxTokens ?? usual;
}

/** How long a prompt is, and what of it fits. @throws the signal's reason */
export async function judgePrompt(parts: PromptParts, options: JudgePromptOptions): Promise<PromptJudgement> {
  const { place, answerTokens, counts } = options;
  const count = await counts.count(place, promptMessages(parts), options);
  if (place.contextTokens === null || count.tokens + answerTokens <= place.contextTokens) return { count, plan: null };
  const plan = await planCut(parts, {
    limitTokens: Math.max(0, place.contextTokens - answerTokens),
    count: async (messages) => (await counts.count(place, messages, options)).tokens,
  });
  return { count, plan };
}
