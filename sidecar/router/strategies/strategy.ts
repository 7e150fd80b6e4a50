import type { StrategyId } from "../../../contract/mesh/routing.ts";
import type { Candidate } from "../candidate.ts";

/** What a strategy may know besides the candidates. Everything that changes comes in here, so that it stays pure. */
export interface RankContext {
  /** 0 to 1, exclusive. */
  readonly random: () => number;
  /** How many requests this pool has had before: the turn of a rotation. */
  readonly turn: number;
  /** The prompt's length in tokens, estimated from its bytes. */
  readonly promptTokens: number;
  /** How long the answer will be in tokens: the request's limit or what is usual, whichever is less. */
  readonly answerTokens: number;
  /** Names the beginning of the conversation, which later turns share; null where there is none (embeddings). */
  readonly conversationKey: string | null;
  /** Share of the prompt that a place has read before and may still hold, 0 to 1, as far as this node has seen. */
  warmShare(candidate: Candidate): number;
}

export interface Ranked {
  readonly candidate: Candidate;
  /** Why it stands where it does, in plain words. */
  readonly because: string;
  /** Until the last token, in milliseconds; null where the strategy does not estimate. */
  readonly estimateMs: number | null;
}

/**
 * A way to order places. Pure and total: the result holds each candidate exactly once, best first, also when figures are
 * missing. Candidates that may not be asked have been removed before.
 */
export interface Strategy {
  readonly id: StrategyId;
  readonly label: string;
  readonly description: string;
  rank(candidates: readonly Candidate[], context: RankContext): readonly Ranked[];
}
