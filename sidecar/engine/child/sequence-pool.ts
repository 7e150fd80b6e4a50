import type { LlamaContext, LlamaContextSequence, Token } from "node-llama-cpp";

/** One conversation's place in the model's memory. Give it back when the answer has ended. */
export interface SequenceLease {
  readonly sequence: LlamaContextSequence;
  readonly promptTokens: readonly Token[];
  /** How many of the prompt's tokens this place already holds, from the beginning. */
  readonly cachedTokens: number;
  release(): void;
}

/**
 * A fixed number of sequences, the lowest free one first: llama.cpp puts only consecutive sequence numbers into one
 * batch. When all are taken it says so at once; waiting is the business of the node's queue, not the engine's.
 */
export class SequencePool {
  readonly #sequences: readonly LlamaContextSequence[];
  readonly #free: Set<number>;

  /** Takes every sequence of the context, which hands them out in the order of their numbers. */
  constructor(context: LlamaContext) {
    this.#sequences = Array.from({ length: context.totalSequences }, () => context.getSequence());
    this.#free = new Set(this.#sequences.keys());
  }

  get size(): number {
    return this.#sequences.length;
  }

  get inUse(): number {
    return this.size - this.#free.size;
  }

  /** Undefined when every sequence is busy. @param promptTokens at least one */
  acquire(promptTokens: readonly Token[]): SequenceLease | undefined {
    const place = Math.min(...this.#free);
    const sequence = this.#sequences[place];
    if (sequence === undefined) return undefined;
    this.#free.delete(place);
    return { sequence, promptTokens, cachedTokens: 0, release: () => void this.#free.add(place) };
  }
}
