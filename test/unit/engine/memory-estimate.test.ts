import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GgufHeader } from "../../../sidecar/engine/gguf-header.ts";
import { estimateMemory, largestContext, type MemoryPlan } from "../../../sidecar/engine/memory-estimate.ts";

/** Llama 3.1 8B in Q4_K_M, as its header says. */
const llama: GgufHeader = {
  version: 3,
  architecture: "llama",
  name: "Meta Llama 3.1 8B Instruct",
  chatTemplate: undefined,
  hasInfillTokens: false,
  contextTokens: 131_072,
  layers: 32,
  embeddingLength: 4096,
  feedForwardLength: 14_336,
  headCount: 32,
  headCountKv: 8,
  keyLength: undefined,
  valueLength: undefined,
  expertCount: undefined,
  vocabularySize: 128_256,
  parameterCount: 8_030_261_312,
  fileTypeName: "Q4_K_M",
  tensorCount: 292,
  sizeBytes: 4_920_000_000,
  requiredBytes: 4_920_000_000,
  metadata: new Map(),
};
const plan: MemoryPlan = { contextTokens: 8192, parallel: 1, flashAttention: "auto" };

describe("the memory of a load", () => {
  it("holds keys and values as llama.cpp reserves them: 1 GiB for 8,192 tokens of Llama 3.1 8B", () => {
    expect(estimateMemory(llama, plan).cacheBytes).toBe(2 ** 30);
  });

  it("grows with every conversation that is answered at the same time", () => {
    expect(estimateMemory(llama, { ...plan, parallel: 4 }).cacheBytes).toBe(4 * 2 ** 30);
  });

  it("reserves no more context than the model was trained for", () => {
    const long = estimateMemory(llama, { ...plan, contextTokens: 2 ** 20 });
    expect(long).toEqual(estimateMemory(llama, { ...plan, contextTokens: 131_072 }));
  });

  it("holds the scores of all pairs of tokens without flash attention", () => {
    const without = estimateMemory(llama, { ...plan, flashAttention: false });
    expect(without.computeBytes - estimateMemory(llama, plan).computeBytes).toBe(512 * 8192 * 32 * 4);
  });

  it("takes the most that the heads can be where a header does not say", () => {
    const vague = { ...llama, headCount: undefined, headCountKv: undefined };
    expect(estimateMemory(vague, plan).cacheBytes).toBe(4 * 2 ** 30);
  });

  it("keeps only the window in layers that look back a little way: a sixth of Gemma 3 sees everything", () => {
    const window = new Map([["gemma3.attention.sliding_window", 1024]]);
    const gemma = { ...llama, architecture: "gemma3", layers: 48, metadata: window };
    const perTokenAndLayer = estimateMemory({ ...llama, layers: 1 }, plan).cacheBytes / 8192;
    expect(estimateMemory(gemma, plan).cacheBytes).toBe((8 * 8192 + 40 * 1792) * perTokenAndLayer);
    const short = { ...plan, contextTokens: 1024 };
    expect(estimateMemory(gemma, short).cacheBytes).toBe(48 * 1024 * perTokenAndLayer);
  });

  it("counts every layer in full where it is not known which of them have a window", () => {
    const window = new Map([["phi3.attention.sliding_window", 1024]]);
    const phi = { ...llama, architecture: "phi3", metadata: window };
    expect(estimateMemory(phi, plan).cacheBytes).toBe(estimateMemory(llama, plan).cacheBytes);
  });

  it("is the sum of its parts", () => {
    const { totalBytes, weightsBytes, cacheBytes, computeBytes, processBytes } = estimateMemory(llama, plan);
    expect(totalBytes).toBe(weightsBytes + cacheBytes + computeBytes + processBytes);
  });
});

describe("the largest context", () => {
  it("fits, and one step more does not", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5e9, max: 30e9 }), fc.integer({ min: 1, max: 8 }), (freeBytes, parallel) => {
        const wish = { ...plan, parallel };
        const tokens = largestContext(llama, wish, freeBytes);
        const needs = (contextTokens: number) => estimateMemory(llama, { ...wish, contextTokens }).totalBytes;
        if (tokens === null) expect(needs(256)).toBeGreaterThan(freeBytes);
        else {
          expect(needs(tokens)).toBeLessThanOrEqual(freeBytes);
          if (tokens < 131_072) expect(needs(tokens + 256)).toBeGreaterThan(freeBytes);
        }
      }),
    );
  });

  it("is never more than the model was trained for", () => {
    expect(largestContext(llama, plan, 1e15)).toBe(131_072);
  });
});
