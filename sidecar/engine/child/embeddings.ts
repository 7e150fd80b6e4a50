import type { Token } from "node-llama-cpp";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { type EmbeddingsRequest, embeddingsRequestSchema } from "../../../contract/openai/embeddings.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { parseRequest } from "./parse-request.ts";
import { readTokens } from "./read-tokens.ts";

/**
 * `POST /v1/embeddings`: one vector of length 1 for each text.
 *
 * @throws MeshError `malformed_json`, `invalid_field`, `unsupported_field`, `input_too_long`, `not_supported_by_model`
 */
export async function embed(loaded: LoadedModel, body: Buffer, signal: AbortSignal): Promise<object> {
  const { vectorLength } = loaded;
  const request = parseRequest(body, embeddingsRequestSchema, {
    // Cutting a vector short is right for models that were trained for it; which ones were, their files do not say.
    dimensions: (value) => value !== vectorLength,
  });
  const inputs = inputsOf(loaded, request);
  const context = await loaded.vectors.embedding();
  const lengths = inputs.map((tokens) => context.calculateInputLength(tokens));
  for (const [index, tokens] of lengths.entries()) {
    if (tokens < loaded.contextTokens) continue;
    const field = Array.isArray(request.input) && inputs.length > 1 ? `input[${index}]` : "input";
    throw new MeshError("input_too_long", { field, tokens, limitTokens: loaded.contextTokens - 1 });
  }
  const data: object[] = [];
  for (const [index, tokens] of inputs.entries()) {
    signal.throwIfAborted();
    const { vector } = await context.getEmbeddingFor(tokens);
    data.push({ object: "embedding", index, embedding: encode(normalised(vector), request.encoding_format) });
  }
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return { object: "list", data, model: loaded.id, usage: { prompt_tokens: total, total_tokens: total } };
}

function inputsOf({ model }: LoadedModel, { input }: EmbeddingsRequest): Token[][] {
  if (typeof input === "string") return [model.tokenize(input, false)];
  if (typeof input[0] === "number") return [readTokens(model, input as number[], "input")];
  return (input as readonly (string | number[])[]).map((each, index) =>
    typeof each === "string" ? model.tokenize(each, false) : readTokens(model, each, `input[${index}]`),
  );
}

/** Then the product of two vectors is the cosine of their angle, as OpenAI's clients expect. */
function normalised(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (each) => (length === 0 ? 0 : each / length));
}

function encode(vector: Float32Array, format: "float" | "base64" | null | undefined): number[] | string {
  if (format !== "base64") return [...vector];
  // Little-endian, as every machine that runs this is.
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}
