import { randomUUID } from "node:crypto";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { ChatRequest, FinishReason, Usage } from "../../../contract/openai/chat.ts";
import { type GenerationEnd, generate } from "./generate.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { samplingOptions } from "./sampling.ts";

/** One answer in the making. */
export interface ChatCompletion {
  readonly id: string;
  /** Pieces of text; the last step returns why it ended and what it cost. */
  readonly pieces: AsyncGenerator<string, { finishReason: FinishReason; usage: Usage }>;
}

/**
 * Checks a request against the model and takes a sequence for it. Nothing is generated before the first `next()`;
 * from then on the sequence is given back when the pieces end, fail or are abandoned.
 *
 * @throws MeshError `chat_template_failed`, `context_length_exceeded`, `engine_busy`
 */
export async function startChatCompletion(
  loaded: LoadedModel,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<ChatCompletion> {
  const busy = (): MeshError => new MeshError("engine_busy", { model: loaded.id, parallel: loaded.sequences.size });
  // Before the prompt is read, which takes seconds for a long one and holds up everybody meanwhile.
  if (loaded.sequences.inUse === loaded.sequences.size) throw busy();
  const promptTokens = await loaded.prompt.tokenize(request.messages, { contextTokens: loaded.contextTokens, signal });
  const roomTokens = loaded.contextTokens - promptTokens.length;
  if (roomTokens < 1) {
    throw new MeshError("context_length_exceeded", {
      model: loaded.id,
      promptTokens: promptTokens.length,
      contextTokens: loaded.contextTokens,
    });
  }
  const maxTokens = Math.min(request.max_completion_tokens ?? request.max_tokens ?? roomTokens, roomTokens);
  const stop = typeof request.stop === "string" ? [request.stop] : (request.stop ?? []);

  async function* pieces(): ChatCompletion["pieces"] {
    const lease = loaded.sequences.acquire(promptTokens);
    if (lease === undefined) throw busy();
    try {
      const sampling = samplingOptions(request);
      const answer = generate({ lease, sampling, stop, maxTokens, signal });
      let step = await answer.next();
      for (; step.done !== true; step = await answer.next()) if (step.value.text !== "") yield step.value.text;
      return { finishReason: step.value.finishReason, usage: usageOf(step.value) };
    } finally {
      lease.release();
    }
  }
  return { id: `chatcmpl-${randomUUID()}`, pieces: pieces() };
}

function usageOf(end: GenerationEnd): Usage {
  return {
    prompt_tokens: end.promptTokens,
    completion_tokens: end.completionTokens,
    total_tokens: end.promptTokens + end.completionTokens,
    prompt_tokens_details: { cached_tokens: end.cachedTokens },
  };
}
