import type { Candidate } from "./candidate.ts";
import type { LazyKeys } from "./lazy-keys.ts";
import type { PrefixMemory } from "./prefix-memory.ts";
import type { RouteContext } from "./route-question.ts";

export interface ChoiceContextOptions {
  readonly random: () => number;
  readonly answerTokens: number;
  readonly turnOf: (model: string) => number;
  readonly prefixes: PrefixMemory;
  /** Null for a request that nobody has sent. */
  readonly keys: LazyKeys | null;
}

/** To read a shorter request again takes less than a place's figures vary, in bytes. */
export const leastWarmBytes = 2048;

/** What the choice for one request may know of the requests before it. A class for the reason that `StageContext` gives. */
export class ChoiceContext implements RouteContext {
  readonly random: () => number;
  readonly answerTokens: number;
  readonly turnOf: (model: string) => number;
  readonly #prefixes: PrefixMemory;
  readonly #keys: LazyKeys | null;

  constructor({ random, answerTokens, turnOf, prefixes, keys }: ChoiceContextOptions) {
    this.random = random;
    this.answerTokens = answerTokens;
    this.turnOf = turnOf;
    this.#prefixes = prefixes;
    this.#keys = keys;
  }

  get conversationKey(): string | null {
    return this.#keys?.value?.conversation ?? null;
  }

  warmShare(candidate: Candidate): number {
    const keys = this.#keys;
    if (keys === null || keys.bodyBytes < leastWarmBytes) return 0;
    return this.#prefixes.warmShare(keys.value?.prefixes ?? [], candidate);
  }
}
