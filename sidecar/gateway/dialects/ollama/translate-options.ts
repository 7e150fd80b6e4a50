import type * as z from "zod";
import type { Options } from "../../../../contract/ollama/options.ts";
import type { commonFields } from "../../../../contract/ollama/request.ts";
import type { SamplingRequest } from "../../../../contract/openai/sampling.ts";
import { thinkingEffort } from "../thinking-effort.ts";
import { withoutAbsent } from "../without-absent.ts";

type Common = z.infer<z.ZodObject<typeof commonFields>>;

/** Everything of a request but its words, in OpenAI's names. `repeat_…`, `top_k` and `min_p` are llama-server's extensions. */
export function translateCommon(request: Common, model: string): Record<string, unknown> {
  const stream = request.stream ?? true;
  return withoutAbsent({
    model,
    stream,
    stream_options: stream ? { include_usage: true } : undefined,
    ...translateOptions(request.options ?? {}),
    response_format: responseFormat(request.format),
    reasoning_effort: thinkingEffort(request.think),
  });
}

function translateOptions(options: Options): Partial<SamplingRequest> {
  const { num_predict: limit, num_ctx, mirostat, tfs_z, typical_p, stop, ...alike } = options;
  return withoutAbsent({
    ...alike,
    // Empty lists of stop texts are sent by habit, and refused by servers.
    stop: stop?.length === 0 ? undefined : stop,
    max_tokens: limit !== null && limit !== undefined && limit > 0 ? limit : undefined,
  });
}

function responseFormat(format: Common["format"]): unknown {
  if (format === undefined || format === null || format === "") return undefined;
  if (format === "json") return { type: "json_object" };
  // Ollama enforces every schema, so a server that would only do its best must say no.
  return { type: "json_schema", json_schema: { name: "answer", schema: format, strict: true } };
}
