import type { TranslatableText } from "../../../../contract/openai/translatable-text.ts";
import { refuseFields, unsupportedValue } from "../refuse-fields.ts";
import { type OllamaSettings, toOllamaOptions } from "./options.ts";

/** OpenAI's default for this call alone. */
const defaultMaxTokens = 16;

/**
 * The body of `POST /api/generate`: a text to go on with past the model's template, or a gap to fill by it. A model whose
 * template has none for gaps is refused there. Source: Ollama's API documentation and its types, 0.17.4.
 *
 * @throws MeshError `unsupported_field`
 */
export function toOllamaText(request: TranslatableText, model: string, settings: OllamaSettings): object {
  const { prompt, suffix, stream, logprobs, ...others } = request;
  refuseFields(others, ["n", "logit_bias"]);
  if (typeof logprobs === "number") throw unsupportedValue("logprobs", "it tells none in this call");
  return {
    model,
    prompt: typeof prompt === "string" ? prompt : (prompt[0] ?? ""),
    ...(suffix ? { suffix } : { raw: true }),
    stream: stream ?? false,
    options: toOllamaOptions(request, settings, request.max_tokens ?? defaultMaxTokens),
    truncate: false,
    shift: false,
  };
}
