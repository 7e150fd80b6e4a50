import type { SequenceEvaluateOptions, Token } from "node-llama-cpp";
import { choosePlace } from "./choose-place.ts";
import type { NativeModel } from "./native-context.ts";
import { SequencePlace } from "./sequence-place.ts";
import type { SequenceRun } from "./sequence-run.ts";
import type { StepScheduler } from "./step-scheduler.ts";
import { TokenSampler } from "./token-sampler.ts";
import type { TokenTexts } from "./token-texts.ts";

/** How to generate one answer. */
export interface RunOptions {
  /** As the library takes them: temperature, grammar, token bias, penalties and so on. */
  readonly sampling: SequenceEvaluateOptions;
  /** With this, each token comes with its log-probability and this number of alternatives, 0 to 20. */
  readonly logprobs?: number | undefined;
  /** At least 1. */
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  /** Told of each token before the next one is chosen, so that it may change what the functions in `sampling` say. */
  readonly onToken?: ((token: Token) => void) | undefined;
}

/** One conversation's place in the model's memory. Give it back when the answer has ended. */
export interface SequenceLease {
  readonly promptTokens: readonly Token[];
  /** How many of the prompt's tokens this place already holds, from the beginning. */
  readonly cachedTokens: number;
  readonly texts: TokenTexts;
  /** Once. */
  start(options: RunOptions): SequenceRun;
  /** Ends the answer if it still goes on. */
  release(): void;
}

export interface SequencePoolOptions {
  readonly native: NativeModel;
  /** Number of places. */
  readonly size: number;
  readonly windowTokens: number;
  readonly texts: TokenTexts;
  readonly steps: StepScheduler;
}

/**
 * The places of a model's memory. When all are taken it says so at once; waiting is the business of the node's queue,
 * not the engine's. A place that is given back in the middle of a step may be taken again: the step's end comes first.
 */
export class SequencePool {
  readonly #options: SequencePoolOptions;
  readonly #places: readonly SequencePlace[];
  readonly #busy = new Set<number>();
  /** For each place, the number of the answer that used it last. */
  readonly #lastUse: number[];
  #uses = 0;

  constructor(options: SequencePoolOptions) {
    this.#options = options;
    const { native, size, windowTokens } = options;
    this.#places = Array.from(
      { length: size },
      (_, id) => new SequencePlace({ id, context: native.context, windowTokens }),
    );
    this.#lastUse = this.#places.map(() => 0);
  }

  get size(): number {
    return this.#places.length;
  }

  get inUse(): number {
    return this.#busy.size;
  }

  /** Undefined when every place is busy. @param promptTokens at least one */
  acquire(promptTokens: readonly Token[]): SequenceLease | undefined {
    const free = this.#places.filter(({ id }) => !this.#busy.has(id));
    const views = free.map((place) => ({
      id: place.id,
      storedTokens: place.length,
      commonTokens: place.commonPrefix(promptTokens),
      usesSince: this.#uses - (this.#lastUse[place.id] ?? 0),
    }));
    const chosen = choosePlace(views, this.#busy);
    const place = this.#places.find(({ id }) => id === chosen);
    if (place === undefined) return undefined;
    this.#uses++;
    this.#lastUse[place.id] = this.#uses;
    this.#busy.add(place.id);
    return this.#lease(place, promptTokens);
  }

  #lease(place: SequencePlace, promptTokens: readonly Token[]): SequenceLease {
    const { native, texts, steps } = this.#options;
    const expected = place.commonPrefix(promptTokens);
    let run: SequenceRun | undefined;
    let isHeld = true;
    return {
      promptTokens,
      texts,
      get cachedTokens() {
        return run?.cachedTokens ?? expected;
      },
      start: ({ sampling, logprobs, maxTokens, signal, onToken }) => {
        const sampler = new TokenSampler({ native, sampling, logprobs, onToken });
        const isEnd = (token: Token): boolean => texts.entry(token).isEnd;
        run = steps.start({ place, promptTokens, sampler, isEnd, maxTokens, signal });
        return run;
      },
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        run?.close();
        this.#busy.delete(place.id);
      },
    };
  }
}
