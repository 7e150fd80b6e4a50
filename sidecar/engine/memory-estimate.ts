import type { GgufHeader } from "./gguf-header.ts";
import { windowedLayers } from "./sliding-window.ts";

/** What of a load decides how much memory it takes. */
export interface MemoryPlan {
  /** Context of one conversation, in tokens. */
  readonly contextTokens: number;
  /** Conversations at the same time; each has a context of its own. */
  readonly parallel: number;
  readonly flashAttention: "auto" | boolean;
}

/** What a load takes, in bytes, wherever it lies: layers that a GPU holds are missing in main memory. */
export interface MemoryEstimate {
  readonly weightsBytes: number;
  /** Keys and values of all conversations, reserved at the load. */
  readonly cacheBytes: number;
  /** Working memory of one step. */
  readonly computeBytes: number;
  /** The engine process itself. */
  readonly processBytes: number;
  readonly totalBytes: number;
}

/** llama.cpp allots contexts in these steps, in tokens. */
const contextStep = 256;
/** The most tokens that one step evaluates. */
const batchTokens = 512;
/** Two bytes each: the cache holds half-precision numbers. */
const cacheElementBytes = 2;
const floatBytes = 4;
/** Node.js, node-llama-cpp and llama.cpp before any model (measured: 138 MB on Linux). */
const processBytes = 145_000_000;
/** What llama.cpp and Node.js need beside the weights: copies of small tensors, vocabulary, allocator (measured). */
const weightsFactor = 1.02;
const bytesPerVocabularyEntry = 400;

/**
 * How much memory a load takes: weights, cache (layers × key-value heads × head size × context × 2, per conversation)
 * and the largest buffers of one step. Where a header says nothing of its heads, the most that they can be is taken.
 * Models with a recurrent state take less than this says.
 */
export function estimateMemory(header: GgufHeader, plan: MemoryPlan): MemoryEstimate {
  const vocabulary = header.vocabularySize ?? 0;
  const weightsBytes = Math.round(header.sizeBytes * weightsFactor + vocabulary * bytesPerVocabularyEntry);
  const cacheBytes = plan.parallel * cachedTokens(header, plan) * cacheBytesPerToken(header);
  const computeBytes = computeBuffer(header, plan);
  const totalBytes = weightsBytes + cacheBytes + computeBytes + processBytes;
  return { weightsBytes, cacheBytes, computeBytes, processBytes, totalBytes };
}

/** The largest context of one conversation that fits into so many bytes, in tokens; null when not even the least does. */
export function largestContext(header: GgufHeader, plan: MemoryPlan, freeBytes: number): number | null {
  const fits = (steps: number): boolean =>
    estimateMemory(header, { ...plan, contextTokens: steps * contextStep }).totalBytes <= freeBytes;
  if (!fits(1)) return null;
  let [fitting, beyond] = [1, Math.ceil((header.contextTokens ?? 2 ** 20) / contextStep) + 1];
  while (beyond - fitting > 1) {
    const middle = Math.floor((fitting + beyond) / 2);
    if (fits(middle)) fitting = middle;
    else beyond = middle;
  }
  return Math.min(fitting * contextStep, header.contextTokens ?? Number.POSITIVE_INFINITY);
}

function paddedContext({ contextTokens }: GgufHeader, plan: MemoryPlan): number {
  const tokens = Math.min(plan.contextTokens, contextTokens ?? Number.POSITIVE_INFINITY);
  return Math.ceil(tokens / contextStep) * contextStep;
}

/** Tokens of one conversation in the caches of all layers: those with a sliding window keep it and one step. */
function cachedTokens(header: GgufHeader, plan: MemoryPlan): number {
  const context = paddedContext(header, plan);
  const { count, windowTokens } = windowedLayers(header);
  const window = Math.min(context, Math.ceil((windowTokens + batchTokens + 1) / contextStep) * contextStep);
  return count * window + ((header.layers ?? 0) - count) * context;
}

/** Of one layer. */
function cacheBytesPerToken(header: GgufHeader): number {
  const embedding = header.embeddingLength ?? 0;
  const heads = header.headCount ?? 1;
  const headLength = embedding / heads;
  const keysAndValues = (header.keyLength ?? headLength) + (header.valueLength ?? headLength);
  const perLayer = header.headCount === undefined ? 2 * embedding : (header.headCountKv ?? heads) * keysAndValues;
  return perLayer * cacheElementBytes;
}

/** The output of a whole batch, its states between the layers, and without flash attention the scores of all pairs. */
function computeBuffer(header: GgufHeader, plan: MemoryPlan): number {
  const context = paddedContext(header, plan);
  const perToken =
    (header.vocabularySize ?? 0) + 4 * (header.embeddingLength ?? 0) + 2 * (header.feedForwardLength ?? 0);
  const scores = plan.flashAttention === false ? context * (header.headCount ?? 1) : 0;
  return Math.min(batchTokens, context) * (perToken + scores) * floatBytes;
}
