import type { Token } from "node-llama-cpp";
import type { NativeContext } from "./native-context.ts";

export interface SequencePlaceOptions {
  readonly id: number;
  readonly context: NativeContext;
  /** How far back the model looks where it attends to the last tokens only; infinite for others. */
  readonly windowTokens: number;
}

/**
 * One conversation's memory in the model. It knows exactly which tokens it holds: a prompt that begins with the same
 * ones need not evaluate them again, and nothing but identical tokens is ever kept for another prompt.
 */
export class SequencePlace {
  /** Sequence number. llama.cpp puts neighbours into one batch. */
  readonly id: number;
  readonly #context: NativeContext;
  readonly #windowTokens: number;
  readonly #tokens: Token[] = [];

  constructor(options: SequencePlaceOptions) {
    this.id = options.id;
    this.#context = options.context;
    this.#windowTokens = options.windowTokens;
  }

  /** Tokens in memory, and so the position of the next one. */
  get length(): number {
    return this.#tokens.length;
  }

  /** How many tokens of a prompt are in memory. Its last one never counts: the answer begins with evaluating it. */
  commonPrefix(prompt: readonly Token[]): number {
    const limit = Math.min(this.#tokens.length, prompt.length - 1);
    let length = 0;
    while (length < limit && this.#tokens[length] === prompt[length]) length++;
    return length;
  }

  /** Forgets everything that a prompt does not begin with. Not while a step runs. @returns the tokens that are left */
  keepFor(prompt: readonly Token[]): number {
    const kept = this.commonPrefix(prompt);
    if (kept < this.#tokens.length) {
      const isWhole = this.#context.getSequenceKvCacheMinPosition(this.id) <= Math.max(0, kept - this.#windowTokens);
      // Recurrent models cannot go back at all, others only as far as their window: then all of it goes.
      if (!isWhole || !this.#context.removeTokenCellsFromSequence(this.id, kept, this.#tokens.length)) this.clear();
      this.#tokens.length = Math.min(kept, this.#tokens.length);
    }
    return this.#tokens.length;
  }

  /** What a step has evaluated. */
  append(tokens: readonly Token[]): void {
    for (const token of tokens) this.#tokens.push(token);
  }

  /** After a failed step nobody knows what is in memory. Not while a step runs. */
  clear(): void {
    this.#context.disposeSequence(this.id);
    this.#tokens.length = 0;
  }
}
