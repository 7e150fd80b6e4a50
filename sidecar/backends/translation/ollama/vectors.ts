import { ollamaVectorsSchema } from "../../../../contract/ollama/answer.ts";
import type { TranslatableEmbeddings } from "../../../../contract/openai/translatable-embeddings.ts";
import { unusableAnswer } from "../answer-translation.ts";
import { readJson } from "../read-json.ts";
import { textsOf, toEmbeddings } from "../vectors.ts";
import type { OllamaSettings } from "./options.ts";

/** The body of `POST /api/embed`. A text that does not fit is refused there, never cut. */
export function toOllamaVectors(asked: TranslatableEmbeddings, model: string, { contextTokens }: OllamaSettings) {
  return {
    model,
    input: textsOf(asked),
    truncate: false,
    ...(asked.dimensions ? { dimensions: asked.dimensions } : {}),
    ...(contextTokens === null ? {} : { options: { num_ctx: contextTokens } }),
  };
}

/** @throws MeshError `backend_protocol` */
export function fromOllamaVectors(text: string, asked: TranslatableEmbeddings, backend: string): object {
  const answer = ollamaVectorsSchema.safeParse(readJson(text)).data;
  if (answer?.embeddings.length !== textsOf(asked).length) {
    throw unusableAnswer(backend, "it has not one vector for each text");
  }
  return toEmbeddings({ vectors: answer.embeddings, promptTokens: answer.prompt_eval_count }, asked);
}
