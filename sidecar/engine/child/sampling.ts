import { randomInt } from "node:crypto";
import type { SequenceEvaluateOptions } from "node-llama-cpp";
import type { ChatRequest } from "../../../contract/openai/chat.ts";

/** llama-server's defaults, so that a model answers here as people know it from there. */
const defaults = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05 };

/** Sampling options of a request. Without a seed each answer gets its own: the library's default is the clock. */
export function samplingOptions(request: ChatRequest): SequenceEvaluateOptions {
  return {
    temperature: request.temperature ?? defaults.temperature,
    topK: request.top_k ?? defaults.topK,
    topP: request.top_p ?? defaults.topP,
    minP: request.min_p ?? defaults.minP,
    seed: toUnsigned(request.seed) ?? randomInt(2 ** 32),
  };
}

/** Seeds are 32-bit in llama.cpp; OpenAI's may be any integer. */
const toUnsigned = (seed: number | null | undefined): number | undefined =>
  seed === null || seed === undefined ? undefined : Number(BigInt.asUintN(32, BigInt(seed)));
