import { ropeBase } from "./llama-metadata.ts";
import {
  attentionNormGain,
  constantValue,
  keywordLevels,
  residual,
  tokenCodeLength,
  topicCodeLength,
} from "./residual-layout.ts";
import { WeightMatrix } from "./weight-matrix.ts";

export const headDimensions = 64;

/** Three heads look back one, two and three tokens; three find the newest keyword of each level. */
export const headCount = residual.back.length + keywordLevels.length;

export interface AttentionWeights {
  readonly query: WeightMatrix;
  readonly key: WeightMatrix;
  readonly value: WeightMatrix;
  readonly output: WeightMatrix;
}

export function makeAttentionWeights(): AttentionWeights {
  const headRows = headCount * headDimensions;
  const weights: AttentionWeights = {
    query: new WeightMatrix(headRows, residual.length),
    key: new WeightMatrix(headRows, residual.length),
    value: new WeightMatrix(headRows, residual.length),
    output: new WeightMatrix(residual.length, headRows),
  };
  for (const [index, target] of residual.back.entries()) {
    const head = index * headDimensions;
    const rotation = { head, offset: index + 1, source: { column: residual.constant, size: constantValue } };
    setRotation(weights, { ...rotation, pairWeights: lookBackPairWeights });
    setCarriedCode(weights, { head, from: residual.current, to: target, length: tokenCodeLength });
  }
  for (const [index, level] of keywordLevels.entries()) {
    const head = (residual.back.length + index) * headDimensions;
    const rotation = { head, offset: recencyOffset, source: { column: residual.flag[level], size: 1 } };
    setRotation(weights, { ...rotation, pairWeights: recencyPairWeights });
    setCarriedCode(weights, { head, from: residual.keywordTopic, to: residual.topic[level], length: topicCodeLength });
  }
  return weights;
}

const pairCount = headDimensions / 2;

/** What each rotary pair adds to the attention score (before softmax) where it is in phase; absent pairs add nothing. */
type PairWeights = ReadonlyMap<number, number>;

/**
 * Looking back an exact number of tokens: the twelve fastest pairs. Pair 0 turns by one radian per token, so that the
 * neighbours of the wanted place already score 64 less (e^-64 of the attention); the slower pairs keep the places where
 * pair 0 comes round again from matching.
 */
const lookBackPairWeights: PairWeights = new Map(Array.from({ length: 12 }, (_, pair) => [pair, 60]));

const firstRecencyPair = 11;
const recencyTotal = 4000;

/**
 * Finding the newest flagged token: the slow pairs, whose sum falls with every token of distance. Weights that grow like
 * a sine towards the slow end keep the fall smooth: of two tokens within the last 250 the newer one leads by at least
 * 2.6 (by 4 within the last 150), and no older token overtakes later. The score stays above that of tokens without a
 * flag, which is 0, for 3900 tokens.
 */
const recencyPairWeights: PairWeights = sineWeights();

/**
 * The sum of cosines is flat at its top and would not tell the very last tokens apart. A negative offset moves the top
 * 24 tokens into the future, where no token is.
 */
const recencyOffset = -24;

function sineWeights(): PairWeights {
  const count = pairCount - firstRecencyPair;
  const shape = Array.from({ length: count }, (_, index) => Math.sin((Math.PI / 2) * ((index + 1) / count)));
  const sum = shape.reduce((total, weight) => total + weight, 0);
  return new Map(shape.map((weight, index) => [firstRecencyPair + index, (weight * recencyTotal) / sum]));
}

/**
 * The attention score that a head gives to a token `distance` places back, if that token has the head's source:
 * the sum over pairs of weight * cos((distance - offset) * turn).
 */
function score(pairWeights: PairWeights, phase: number): number {
  return [...pairWeights].reduce((sum, [pair, weight]) => sum + weight * Math.cos(phase * turnOf(pair)), 0);
}

export const lookBackScore = (distance: number, offset: number): number =>
  score(lookBackPairWeights, distance - offset);

export const recencyScore = (distance: number): number => score(recencyPairWeights, distance - recencyOffset);

/** By how many radians a pair turns per token. Source: Su et al., "RoFormer", 2021. */
function turnOf(pair: number): number {
  return ropeBase ** ((-2 * pair) / headDimensions);
}

interface Rotation {
  /** First row of the head in the query and key matrices. */
  readonly head: number;
  /** How many tokens back the score is highest. */
  readonly offset: number;
  readonly pairWeights: PairWeights;
  /** The residual entry that makes a token visible to the head, and how large it is there. */
  readonly source: { readonly column: number; readonly size: number };
}

/**
 * Makes a head's score depend on the distance alone. The query is the same for every token, the key is the query turned
 * by the offset, and the rotary embedding turns each by its position: what is left is the distance minus the offset.
 * The score is divided by sqrt(headDimensions) in the model, and query and key share the weight evenly.
 */
function setRotation({ query, key }: AttentionWeights, { head, offset, pairWeights, source }: Rotation): void {
  for (const [pair, weight] of pairWeights) {
    const row = head + 2 * pair;
    const size = Math.sqrt(weight * Math.sqrt(headDimensions)) / attentionNormGain;
    query.set(row, residual.constant, size / constantValue);
    key.set(row, source.column, (size / source.size) * Math.cos(offset * turnOf(pair)));
    key.set(row + 1, source.column, (size / source.size) * Math.sin(offset * turnOf(pair)));
  }
}

/** Lets a head carry a code unchanged from the tokens that it looks at to a free place of this token. */
function setCarriedCode(
  { value, output }: AttentionWeights,
  code: { head: number; from: number; to: number; length: number },
): void {
  value.setCopy(code.head, code.from, { length: code.length, factor: 1 / attentionNormGain });
  output.setCopy(code.to, code.head, { length: code.length });
}
