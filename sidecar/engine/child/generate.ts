import type { LlamaModel, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { FinishReason } from "../../../contract/openai/chat.ts";
import type { SequenceLease } from "./sequence-pool.ts";
import { StopStrings } from "./stop-strings.ts";
import { TextDecoder } from "./text-decoder.ts";

export interface GenerateOptions {
  readonly model: LlamaModel;
  readonly lease: SequenceLease;
  readonly promptTokens: readonly Token[];
  readonly sampling: SequenceEvaluateOptions;
  readonly stop: readonly string[];
  /** At least 1. */
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

export interface GenerationEnd {
  readonly finishReason: FinishReason;
  readonly completionTokens: number;
}

/** The longest stretch of work that an abort has to wait for, in tokens. */
const prefillChunkTokens = 512;

/**
 * Generates one answer, piece by piece. An abort takes effect after the running token or prefill chunk: a decode that
 * has started cannot be interrupted.
 *
 * @throws the signal's reason
 */
export async function* generate(options: GenerateOptions): AsyncGenerator<string, GenerationEnd> {
  const { model, signal } = options;
  const decoder = new TextDecoder<Token>(
    (tokens, before) => model.detokenize(tokens, false, before),
    options.promptTokens,
  );
  const stops = new StopStrings(options.stop);
  let completionTokens = 0;
  let finishReason: FinishReason = "length";
  for await (const token of tokenStream(options)) {
    signal.throwIfAborted();
    completionTokens++;
    if (model.isEogToken(token)) {
      finishReason = "stop";
      break;
    }
    const { text, stopped } = stops.push(decoder.push(token));
    if (text !== "") yield text;
    if (stopped) return { finishReason: "stop", completionTokens };
    if (completionTokens >= options.maxTokens) break;
  }
  const rest = stops.push(decoder.flush());
  const tail = rest.text + stops.flush();
  if (tail !== "") yield tail;
  return { finishReason: rest.stopped ? "stop" : finishReason, completionTokens };
}

async function* tokenStream(options: GenerateOptions): AsyncGenerator<Token> {
  const { sequence } = options.lease;
  await sequence.clearHistory();
  const lastIndex = options.promptTokens.length - 1;
  for (let start = 0; start < lastIndex; start += prefillChunkTokens) {
    options.signal.throwIfAborted();
    const end = Math.min(start + prefillChunkTokens, lastIndex);
    await sequence.evaluateWithoutGeneratingNewTokens(options.promptTokens.slice(start, end));
  }
  options.signal.throwIfAborted();
  yield* sequence.evaluate(options.promptTokens.slice(lastIndex), { ...options.sampling, yieldEogToken: true });
}
