import type { LlamaModel, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { FinishReason } from "../../../contract/openai/chat.ts";
import type { GeneratedPiece, GeneratedToken } from "./generated-token.ts";
import type { SequenceLease } from "./sequence-pool.ts";
import { StopStrings } from "./stop-strings.ts";
import { TextDecoder } from "./text-decoder.ts";

export interface GenerateOptions {
  readonly model: LlamaModel;
  /** The place of this answer, and the prompt that it was taken for. */
  readonly lease: SequenceLease;
  /** As the library takes them: temperature, grammar, token bias, penalties and so on. */
  readonly sampling: SequenceEvaluateOptions;
  readonly stop: readonly string[];
  /** At least 1. */
  readonly maxTokens: number;
  /** With this, each token comes with its log-probability and this number of alternatives, 0 to 20. */
  readonly logprobs?: number | undefined;
  readonly signal: AbortSignal;
}

export interface GenerationEnd {
  readonly finishReason: Extract<FinishReason, "stop" | "length">;
  readonly promptTokens: number;
  /** How many of the prompt's tokens did not have to be evaluated again. */
  readonly cachedTokens: number;
  /** Including the token that ended the answer. */
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
export async function* generate(options: GenerateOptions): AsyncGenerator<GeneratedPiece, GenerationEnd> {
  const { model, signal, lease } = options;
  const { promptTokens } = lease;
  const decoder = new TextDecoder<Token>((tokens, before) => model.detokenize(tokens, false, before), promptTokens);
  const stops = new StopStrings(options.stop);
  let completionTokens = 0;
  const end = (finishReason: GenerationEnd["finishReason"]): GenerationEnd => ({
    finishReason,
    promptTokens: promptTokens.length,
    cachedTokens: lease.cachedTokens,
    completionTokens,
  });
  let finishReason: GenerationEnd["finishReason"] = "length";
  for await (const token of tokenStream(options)) {
    signal.throwIfAborted();
    completionTokens++;
    if (model.isEogToken(token.id)) {
      finishReason = "stop";
      break;
    }
    const { text, stopped } = stops.push(decoder.push(token.id));
    yield { text, tokens: [token] };
    if (stopped) return end("stop");
    if (completionTokens >= options.maxTokens) break;
  }
  const rest = stops.push(decoder.flush());
  const tail = rest.text + stops.flush();
  if (tail !== "") yield { text: tail, tokens: [] };
  return end(rest.stopped ? "stop" : finishReason);
}

async function* tokenStream(options: GenerateOptions): AsyncGenerator<GeneratedToken> {
  const { model, lease, sampling, logprobs } = options;
  const { sequence, promptTokens } = lease;
  await sequence.clearHistory();
  const lastIndex = promptTokens.length - 1;
  for (let start = 0; start < lastIndex; start += prefillChunkTokens) {
    options.signal.throwIfAborted();
    const end = Math.min(start + prefillChunkTokens, lastIndex);
    await sequence.evaluateWithoutGeneratingNewTokens(promptTokens.slice(start, end));
  }
  options.signal.throwIfAborted();
  const bytesOf = (id: Token): Uint8Array => Buffer.from(model.detokenize([id], false, promptTokens.slice(-1)));
  const metadata = { probabilities: logprobs !== undefined };
  const last = promptTokens.slice(lastIndex);
  for await (const step of sequence.evaluateWithMetadata(last, metadata, { ...sampling, yieldEogToken: true })) {
    const { token: id, probabilities } = step as { token: Token; probabilities?: Map<Token, number> };
    if (probabilities === undefined) yield { id, bytes: bytesOf(id) };
    else {
      const alternatives = [...probabilities]
        .slice(0, logprobs)
        .map(([each, probability]) => ({ id: each, bytes: bytesOf(each), logprob: Math.log(probability) }));
      yield { id, bytes: bytesOf(id), logprob: Math.log(probabilities.get(id) ?? 0), alternatives };
    }
  }
}
