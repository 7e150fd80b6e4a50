import type { SamplingRequest } from "../../../../contract/openai/sampling.ts";
import { given } from "../given.ts";

export interface OllamaSettings {
  /** The context that a model is to be loaded with, in tokens; null leaves it to the server. */
  readonly contextTokens: number | null;
}

/** The `options` of a request; what was not given is left to the server. */
export function toOllamaOptions(
  request: SamplingRequest,
  { contextTokens }: OllamaSettings,
  maxTokens: number | null | undefined,
): object {
  const { temperature, top_p, top_k, min_p, seed, stop, repeat_penalty, repeat_last_n } = request;
  const { presence_penalty, frequency_penalty } = request;
  return given({
    temperature,
    top_p,
    top_k,
    min_p,
    seed,
    repeat_penalty,
    repeat_last_n,
    presence_penalty,
    frequency_penalty,
    stop: typeof stop === "string" ? [stop] : stop,
    num_predict: maxTokens,
    num_ctx: contextTokens,
  });
}
