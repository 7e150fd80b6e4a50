import type { Candidate } from "./candidate.ts";
import type { RouteContext } from "./route-question.ts";
import type { RankContext } from "./strategies/strategy.ts";

/**
 * What a strategy may know in one stage. A class, and no literal with a getter: V8 makes a hidden class for each of those,
 * which costs more than the rest of the choice and keeps what the getter sees until the next full collection.
 */
export class StageContext implements RankContext {
  readonly random: () => number;
  readonly turn: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly #whole: RouteContext;

  constructor(whole: RouteContext, stage: Pick<RankContext, "turn" | "promptTokens">) {
    this.random = whole.random;
    this.turn = stage.turn;
    this.promptTokens = stage.promptTokens;
    this.answerTokens = whole.answerTokens;
    this.#whole = whole;
  }

  /** Hashing a prompt takes time: only strategies that look at it cause it. */
  get conversationKey(): string | null {
    return this.#whole.conversationKey;
  }

  warmShare(candidate: Candidate): number {
    return this.#whole.warmShare(candidate);
  }
}
