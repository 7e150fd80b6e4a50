import { contextParts, type MemoryContext, type Prediction } from "./answer-memory.ts";
import type { Topic } from "./corpus/topic.ts";
import { constantValue, keywordLevels, memoryNormGain, residual, tokenCodeLength } from "./residual-layout.ts";
import { certainLength, type DemoCodes, scorePerCode } from "./token-weights.ts";
import { WeightMatrix } from "./weight-matrix.ts";

/** The SwiGLU feed-forward block: down(silu(gate(x)) * up(x)). */
export interface MemoryWeights {
  readonly units: number;
  readonly gate: WeightMatrix;
  readonly up: WeightMatrix;
  readonly down: WeightMatrix;
}

/** One code that a unit expects at one place of the residual stream. */
interface Feature {
  readonly place: number;
  readonly code: Float64Array;
}

/** One hidden unit: it fires when all its features are present, and then adds a vector to the next token's place. */
interface Unit {
  readonly features: readonly Feature[];
  readonly write: Float64Array;
}

/**
 * Steepness of a unit. Each matching feature counts 1 and a wrong one at most the codes' coherence, 0.42; the unit's
 * threshold lies `margin` below all features. So one wrong feature leaves it at least 0.18 below the threshold, where
 * silu(120 * -0.18) is practically 0, while a full match gives 120 * 0.4 = 48, which the down matrix divides out again.
 * The margin is as wide as the coherence allows, because rounding errors of the features count relative to it.
 */
const steepness = 120;
const margin = 0.4;

export interface MemoryInput {
  readonly contexts: readonly MemoryContext[];
  readonly topics: readonly Topic[];
  readonly codes: DemoCodes;
  /** Chosen where nothing is recognised: the end of the turn, rather than a random word. */
  readonly fallbackToken: number;
}

export function makeMemoryWeights(input: MemoryInput): MemoryWeights {
  const units = unitsOf(input);
  // Q8_0 needs whole blocks of 32; the units added to fill the last one do nothing.
  const count = Math.ceil(units.length / 32) * 32;
  const gate = new WeightMatrix(count, residual.length);
  const up = new WeightMatrix(count, residual.length);
  const down = new WeightMatrix(residual.length, count);
  for (const [index, { features, write }] of units.entries()) {
    for (const { place, code } of features) gate.setInRow(index, place, code, steepness / memoryNormGain);
    const threshold = features.length - margin;
    gate.set(index, residual.constant, (-steepness * threshold) / (memoryNormGain * constantValue));
    up.set(index, residual.constant, 1 / (memoryNormGain * constantValue));
    down.setInColumn(residual.next, index, write, 1 / (steepness * margin));
  }
  return { units: count, gate, up, down };
}

function unitsOf({ contexts, topics, codes, fallbackToken }: MemoryInput): Unit[] {
  const conditions = new Map(topics.map((topic) => [topic.id, topicConditions(topic, codes)]));
  const fallback = vectorOf([[fallbackToken, 1]], codes);
  const units: Unit[] = [{ features: [], write: fallback }];
  for (const context of contexts) {
    // A shorter context fires as well, so each unit writes only the difference between its prediction and its parent's.
    const parent = context.parent ? vectorOf(context.parent.prediction, codes) : fallback;
    const write = vectorOf(context.prediction, codes).map((entry, index) => entry - (parent[index] ?? 0));
    const features = tokenFeatures(context, codes);
    const alternatives = context.depth < contextParts.length ? [[]] : (conditions.get(context.example.topicId) ?? []);
    for (const topicFeatures of alternatives) units.push({ features: [...features, ...topicFeatures], write });
  }
  return units;
}

function tokenFeatures({ depth, example }: MemoryContext, codes: DemoCodes): Feature[] {
  const places = [residual.current, ...residual.back];
  const tokens = [example.current, ...example.back];
  return places.slice(0, depth).map((place, index) => ({ place, code: codes.inputOf(tokens[index] ?? 0) }));
}

/**
 * The ways in which a topic can be the one asked for, one per level on which it has keywords: the newest keyword of that
 * level is one of its own, and the stronger levels have none. At most one of them holds. A topic without any keyword
 * is meant when all levels have none.
 */
function topicConditions(topic: Topic, codes: DemoCodes): Feature[][] {
  const noneAt = (levels: readonly (typeof keywordLevels)[number][]): Feature[] =>
    levels.map((level) => ({ place: residual.topic[level], code: codes.topicOf() }));
  const conditions = keywordLevels.flatMap((level, index) => {
    if (topic[level] === undefined) return [];
    return [
      [...noneAt(keywordLevels.slice(0, index)), { place: residual.topic[level], code: codes.topicOf(topic.id) }],
    ];
  });
  return conditions.length > 0 ? conditions : [noneAt(keywordLevels)];
}

/** Where the residual stream has to be moved for a prediction: certain tokens get the full length, others a bit less. */
function vectorOf(prediction: Prediction, codes: DemoCodes): Float64Array {
  const vector = new Float64Array(tokenCodeLength);
  for (const [token, probability] of prediction) {
    const length = certainLength + Math.log(probability) / scorePerCode;
    for (const [index, entry] of (codes.outputOf(token) ?? vector).entries()) {
      vector[index] = (vector[index] ?? 0) + length * entry;
    }
  }
  return vector;
}
