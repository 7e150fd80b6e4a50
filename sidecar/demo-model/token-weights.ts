import type { AnswerStep, MemoryContext } from "./answer-memory.ts";
import type { Topic } from "./corpus/topic.ts";
import type { DemoVocabulary, Keyword } from "./demo-vocabulary.ts";
import { lowCoherenceCodes } from "./low-coherence-codes.ts";
import {
  constantValue,
  flaggedSquare,
  keywordLevels,
  outputNormGain,
  residual,
  tokenCodeLength,
  topicCodeLength,
} from "./residual-layout.ts";
import { SeededRandom } from "./seeded-random.ts";
import { WeightMatrix } from "./weight-matrix.ts";

/** The vectors that stand for tokens and topics inside the model. */
export interface DemoCodes {
  /** What the contexts of the memory are made of. */
  inputOf(token: number): Float64Array;
  /** What the memory writes to choose a token; undefined for a token that no answer contains. */
  outputOf(token: number): Float64Array | undefined;
  /** Without a topic, the code of "no keyword on this level". */
  topicOf(topicId?: string): Float64Array;
}

export interface CodesInput {
  readonly topics: readonly Topic[];
  readonly steps: readonly AnswerStep[];
  readonly contexts: readonly MemoryContext[];
}

/**
 * Only tokens that occur in answers need codes of their own: all others, which only users type, share one. Where a
 * prediction offers several tokens, the sum of their codes must not look like the code of yet another: those are strict.
 */
export function makeDemoCodes({ topics, steps, contexts }: CodesInput): DemoCodes {
  const random = new SeededRandom(7);
  const seen = [...new Set(steps.flatMap((step) => [step.current, ...step.back]))];
  const offered = contexts.flatMap(({ prediction }) => (prediction.length > 1 ? prediction : []));
  const alternatives = new Set(offered.map(([token]) => token));
  const chosen = [...new Set([...alternatives, ...steps.map((step) => step.next)])];
  const ofTokens = { length: tokenCodeLength, random };
  const [other, ...inputs] = lowCoherenceCodes({ ...ofTokens, count: seen.length + 1 });
  const outputs = lowCoherenceCodes({ ...ofTokens, count: chosen.length, strict: alternatives.size });
  const [none, ...topicCodes] = lowCoherenceCodes({ count: topics.length + 1, length: topicCodeLength, random });
  if (other === undefined || none === undefined) throw new Error("an empty corpus");
  const inputOf = new Map(seen.map((token, index) => [token, inputs[index] ?? other]));
  const outputOf = new Map(chosen.map((token, index) => [token, outputs[index] ?? other]));
  const topicOf = new Map(topics.map((topic, index) => [topic.id, topicCodes[index] ?? none]));
  return {
    inputOf: (token) => inputOf.get(token) ?? other,
    outputOf: (token) => outputOf.get(token),
    topicOf: (topicId) => (topicId === undefined ? none : (topicOf.get(topicId) ?? none)),
  };
}

/** The embedding matrix: a row per token with its code, its part in finding the topic, the ballast and the constant. */
export function makeEmbedding(vocabulary: DemoVocabulary, codes: DemoCodes): WeightMatrix {
  const embedding = new WeightMatrix(vocabulary.tokens.length, residual.length);
  for (const token of vocabulary.tokens.keys()) {
    const keyword = vocabulary.keywords.get(token);
    const levels = vocabulary.turnMarkers.has(token) ? keywordLevels : keyword ? [keyword.level] : [];
    embedding.setInRow(token, residual.current, codes.inputOf(token));
    if (levels.length > 0) embedding.setInRow(token, residual.keywordTopic, markedTopic(keyword, codes));
    for (const level of levels) embedding.set(token, residual.flag[level], 1);
    const flagged = levels.length > 0 ? levels.length + 1 : 0;
    embedding.set(token, residual.ballast, Math.sqrt(flaggedSquare - flagged));
    embedding.set(token, residual.constant, constantValue);
  }
  return embedding;
}

/** A turn marker tells the heads of all levels that no keyword has come yet. */
function markedTopic(keyword: Keyword | undefined, codes: DemoCodes): Float64Array {
  return codes.topicOf(keyword?.topicId);
}

/**
 * Score of a token (before softmax) per length of its code in the residual stream. With 30, a certain token leads by
 * 30 * 1.2 * (1 - coherence) = 21, so that even sampling at a high temperature does not leave the sentence.
 */
export const scorePerCode = 30;

/** How far a certain prediction is written along the code of its token. */
export const certainLength = 1.2;

/** The output matrix: how much each token's code is present in the stream. Tokens without a code always score 0. */
export function makeOutput(vocabulary: DemoVocabulary, codes: DemoCodes): WeightMatrix {
  const output = new WeightMatrix(vocabulary.tokens.length, residual.length);
  const factor = scorePerCode / outputNormGain(certainLength);
  for (const token of vocabulary.tokens.keys()) {
    const code = codes.outputOf(token);
    if (code !== undefined) output.setInRow(token, residual.next, code, factor);
  }
  return output;
}
