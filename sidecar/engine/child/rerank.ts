import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { rerankRequestSchema } from "../../../contract/openai/embeddings.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { parseRequest } from "./parse-request.ts";

/**
 * `POST /v1/rerank`: how well each document answers a query, from 0 to 1, best first.
 *
 * @throws MeshError `malformed_json`, `invalid_field`, `input_too_long`, `not_supported_by_model`
 */
export async function rerank(loaded: LoadedModel, body: Buffer, signal: AbortSignal): Promise<object> {
  const request = parseRequest(body, rerankRequestSchema, {});
  const context = await loaded.vectors.ranking();
  const documents = request.documents.map((each) => (typeof each === "string" ? each : each.text));
  const lengths = documents.map((document) => context.calculateInputLength(request.query, document));
  const tooLong = lengths.findIndex((length) => length >= context.contextSize);
  if (tooLong >= 0) {
    const limitTokens = context.contextSize - 1;
    throw new MeshError("input_too_long", {
      field: `documents[${tooLong}]`,
      tokens: lengths[tooLong] ?? 0,
      limitTokens,
    });
  }
  const results: { index: number; relevance_score: number; document?: { text: string } }[] = [];
  for (const [index, text] of documents.entries()) {
    signal.throwIfAborted();
    const score = await context.rank(request.query, text);
    results.push({
      index,
      relevance_score: score,
      ...(request.return_documents === true ? { document: { text } } : {}),
    });
  }
  results.sort((a, b) => b.relevance_score - a.relevance_score);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const usage = { prompt_tokens: total, total_tokens: total };
  return { object: "list", model: loaded.id, results: results.slice(0, request.top_n ?? documents.length), usage };
}
