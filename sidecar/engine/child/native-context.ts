import type { LlamaContext, LlamaContextSequence, LlamaModel, SequenceEvaluateOptions, Token } from "node-llama-cpp";

/** The compiled context. It is not thread-safe: nothing may be called while `decodeBatch` runs. */
export interface NativeContext {
  /** Begins a batch with room for this many tokens. */
  initBatch(tokens: number): void;
  /**
   * @param outputs places in `tokens`, ascending, after which a next token will be sampled
   * @returns what to pass to `sampleToken` for each of these
   */
  addToBatch(sequenceId: number, position: number, tokens: Uint32Array, outputs: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(output: number, sampler: NativeSampler): Promise<Token>;
  /** The token, the candidates as pairs of token and probability, and the sampled one's probability. */
  sampleToken(
    output: number,
    sampler: NativeSampler,
    withProbabilities: boolean,
    withConfidence: boolean,
  ): Promise<[token: Token, probabilities: number[] | undefined, confidence: number | undefined]>;
  /** False when this kind of memory cannot forget a part. */
  removeTokenCellsFromSequence(sequenceId: number, start: number, end: number): boolean;
  /** Forgets the whole sequence. */
  disposeSequence(sequenceId: number): void;
  /** Where the memory of a sequence begins: later than 0 where a model attends to the last tokens only. */
  getSequenceKvCacheMinPosition(sequenceId: number): number;
}

/** The compiled sampler, made anew for each answer: it keeps the random state, and what penalties have seen. */
export interface NativeSampler {
  applyConfig(config: SamplerConfig): void;
  dispose(): void;
}

/** The library's own form of sampling options. */
export type SamplerConfig = Readonly<Record<string, unknown>>;

/**
 * What lies below the library's queue. Its public interface evaluates each sequence by itself and batches what happens
 * to be waiting: three quarters of the speed from four streams on, and 60 to 150 µs of JavaScript for each token. Here
 * one step of all sequences is one call. The library's version is pinned; a shape that has changed fails the load.
 */
export class NativeModel {
  readonly context: NativeContext;
  readonly #newSampler: () => NativeSampler;
  readonly #resolve: (options: SequenceEvaluateOptions) => SamplerConfig;
  readonly #tokenText: (token: Token) => string;

  /** From now on nothing may be evaluated through the context's own methods. */
  constructor(model: LlamaModel, context: LlamaContext) {
    const inner = model as unknown as LibraryModel;
    this.context = (context as unknown as { _ctx: NativeContext })._ctx;
    const Sampler = inner._llama?._bindings?.AddonSampler;
    // It alone can translate the public options; it evaluates nothing.
    const sequence = context.getSequence() as LlamaContextSequence & LibrarySequence;
    this.#newSampler = () => new Sampler(inner._model);
    this.#resolve = (options) => sequence._resolveSamplerConfig(options);
    this.#tokenText = (token) => inner._model.getTokenString(token);
    const parts = [Sampler, sequence._resolveSamplerConfig, inner._model?.getTokenString];
    const methods = contextMethods.map((name) => this.context?.[name]);
    if ([...parts, ...methods].some((each) => typeof each !== "function")) {
      throw new Error("node-llama-cpp has another version than this engine was written for");
    }
  }

  newSampler(): NativeSampler {
    return this.#newSampler();
  }

  /** Reads options that are functions (grammar, bias, penalties) as they are at this moment. */
  resolveSampling(options: SequenceEvaluateOptions): SamplerConfig {
    return this.#resolve(options);
  }

  /** A token as the vocabulary spells it, which is not the text that it stands for. */
  vocabularyEntry(token: Token): string {
    return this.#tokenText(token);
  }
}

interface LibraryModel {
  readonly _model: { getTokenString(token: Token): string };
  readonly _llama: { readonly _bindings: { readonly AddonSampler: new (model: unknown) => NativeSampler } };
}

interface LibrarySequence {
  _resolveSamplerConfig(options: SequenceEvaluateOptions): SamplerConfig;
}

const contextMethods = [
  "initBatch",
  "addToBatch",
  "decodeBatch",
  "sampleToken",
  "removeTokenCellsFromSequence",
  "disposeSequence",
  "getSequenceKvCacheMinPosition",
] as const satisfies readonly (keyof NativeContext)[];
