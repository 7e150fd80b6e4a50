import { geminiVectorsSchema } from "../../../../contract/gemini/answer.ts";
import type { TranslatableEmbeddings } from "../../../../contract/openai/translatable-embeddings.ts";
import { unusableAnswer } from "../answer-translation.ts";
import { readJson } from "../read-json.ts";
import { unsupportedValue } from "../refuse-fields.ts";
import { textsOf, toEmbeddings } from "../vectors.ts";

/** As many as one call takes. */
const maxTexts = 100;

/** The body of `batchEmbedContents`. @throws MeshError `unsupported_field` */
export function toGeminiVectors(asked: TranslatableEmbeddings, model: string): object {
  const texts = textsOf(asked);
  if (texts.length > maxTexts) throw unsupportedValue("input", `at most ${maxTexts} texts go into one request`);
  const dimensions = asked.dimensions ? { outputDimensionality: asked.dimensions } : {};
  return {
    requests: texts.map((text) => ({ model: `models/${model}`, content: { parts: [{ text }] }, ...dimensions })),
  };
}

/** @throws MeshError `backend_protocol` */
export function fromGeminiVectors(text: string, asked: TranslatableEmbeddings, backend: string): object {
  const answer = geminiVectorsSchema.safeParse(readJson(text)).data;
  if (answer?.embeddings.length !== textsOf(asked).length) {
    throw unusableAnswer(backend, "it has not one vector for each text");
  }
  const vectors = answer.embeddings.map(({ values }) => values);
  return toEmbeddings({ vectors, promptTokens: answer.usageMetadata?.promptTokenCount ?? 0 }, asked);
}
