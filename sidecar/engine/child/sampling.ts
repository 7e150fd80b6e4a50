import { randomInt } from "node:crypto";
import { type LlamaModel, type SequenceEvaluateOptions, type Token, TokenBias } from "node-llama-cpp";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { SamplingRequest } from "../../../contract/openai/sampling.ts";

/** llama-server's defaults, so that a model answers here as people know it from there. */
const defaults = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05, penalty: 1, penaltyTokens: 64 };

/** Below this the best token always wins, and dividing by the temperature only loses digits. */
const greedyBelow = 1e-3;
const maxInt32 = 2 ** 31 - 1;

/**
 * Sampling options of a request. Without a seed each answer gets its own: the library's default is the clock.
 *
 * @param choice number of the answer, when a request wants several: each has another seed
 * @throws MeshError `invalid_field` for a bias on a token that the model does not have
 */
export function samplingOptions(request: SamplingRequest, model: LlamaModel, choice = 0): SequenceEvaluateOptions {
  const temperature = request.temperature ?? defaults.temperature;
  const bias = tokenBias(request.logit_bias ?? {}, model);
  const repeatPenalty = penalties(request);
  return {
    temperature: temperature < greedyBelow ? 0 : temperature,
    topK: Math.min(request.top_k ?? defaults.topK, maxInt32),
    topP: request.top_p ?? defaults.topP,
    minP: request.min_p ?? defaults.minP,
    seed: toUnsigned((request.seed ?? randomInt(2 ** 32)) + choice),
    ...(bias === undefined ? {} : { tokenBias: bias }),
    ...(repeatPenalty === undefined ? {} : { repeatPenalty }),
  };
}

function penalties(request: SamplingRequest): SequenceEvaluateOptions["repeatPenalty"] {
  const penalty = request.repeat_penalty ?? defaults.penalty;
  const presencePenalty = request.presence_penalty ?? 0;
  const frequencyPenalty = request.frequency_penalty ?? 0;
  if (penalty === 1 && presencePenalty === 0 && frequencyPenalty === 0) return undefined;
  // The sampler itself remembers what it has chosen; the list is what came before, which OpenAI does not punish.
  return {
    punishTokens: [],
    maxPunishTokens: request.repeat_last_n ?? defaults.penaltyTokens,
    penalty,
    presencePenalty,
    frequencyPenalty,
  };
}

/** OpenAI's -100 and 100 mean never and always; between them the number is added to the token's logit. */
const logitOf = (bias: number): number => (bias <= -100 ? Number.NEGATIVE_INFINITY : bias >= 100 ? 1e6 : bias);

function tokenBias(biases: Readonly<Record<string, number>>, model: LlamaModel): TokenBias | undefined {
  const entries = Object.entries(biases);
  if (entries.length === 0) return undefined;
  const result = TokenBias.for(model);
  const vocabulary = model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0;
  for (const [text, bias] of entries) {
    const token = Number(text) as Token;
    if (token >= vocabulary) {
      const problem = `the model's tokens are numbered 0 to ${vocabulary - 1}`;
      throw new MeshError("invalid_field", { field: `logit_bias.${text}`, problem });
    }
    setBias(result, token, logitOf(bias));
  }
  return result;
}

/** Past the library's own setter, which leaves out tokens that end an answer: here people ban them on purpose. */
export function setBias(bias: TokenBias, token: Token, logit: number): void {
  (bias as unknown as { readonly _biases: Map<Token, number> })._biases.set(token, logit);
}

/** Seeds are 32-bit in llama.cpp; OpenAI's may be any integer. */
const toUnsigned = (seed: number): number => Number(BigInt.asUintN(32, BigInt(seed)));
