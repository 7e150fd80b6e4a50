import type { SeededRandom } from "./seeded-random.ts";

/** Two different codes may have at most this inner product; a code has 1 with itself. */
export const coherenceLimit = 0.42;

/** The same for a strict code and any other, and here it may not be below the negative either. */
export const strictCoherenceLimit = 0.2;

const maximumPasses = 60;

export interface CodeRequest {
  readonly count: number;
  readonly length: number;
  readonly random: SeededRandom;
  /** How many of the codes, the first ones, keep the strict limit: those that are going to be added up. */
  readonly strict?: number;
}

/**
 * Unit vectors that are almost at right angles to each other, many more than they have dimensions.
 *
 * One-hot vectors would keep tokens apart perfectly but need as many dimensions as tokens. Here some hundred tokens
 * share 32 dimensions: start from random directions, then push every pair that is too close apart, again and again,
 * until none is. Throws when there are too many codes for the dimensions.
 */
export function lowCoherenceCodes({ count, length, random, strict = 0 }: CodeRequest): Float64Array[] {
  const codes = Array.from({ length: count }, () => normalized(Float64Array.from({ length }, () => random.bell())));
  for (let pass = 0; pass < maximumPasses; pass++) {
    if (pushClosePairsApart(codes, strict) === 0) return codes;
  }
  throw new RangeError(`${count} codes do not fit into ${length} dimensions`);
}

/** One pass over all pairs. Returns how many were too close. */
function pushClosePairsApart(codes: readonly Float64Array[], strict: number): number {
  let closePairs = 0;
  for (const [index, code] of codes.entries()) {
    let hasMoved = false;
    for (let other = 0; other < index; other++) {
      const otherCode = codes[other] ?? code;
      const product = innerProduct(code, otherCode);
      const excess = excessOf(product, other < strict);
      if (excess === 0) continue;
      closePairs++;
      hasMoved = true;
      pushApart(code, otherCode, excess);
      normalized(otherCode);
    }
    if (hasMoved) normalized(code);
  }
  return closePairs;
}

/** By how much two codes have to move apart (negative: together); 0 when their product is within the limit. */
function excessOf(product: number, isStrict: boolean): number {
  const limit = isStrict ? strictCoherenceLimit : coherenceLimit;
  const isTooOpposite = isStrict && product < -limit;
  if (product <= limit && !isTooOpposite) return 0;
  // A little further than the limit, so that the next passes have less left to do.
  return product - 0.9 * limit * Math.sign(product);
}

/** Moves each of two unit vectors against the other, which lowers their inner product by about `amount`. */
function pushApart(left: Float64Array, right: Float64Array, amount: number): void {
  for (let index = 0; index < left.length; index++) {
    const leftEntry = left[index] ?? 0;
    const rightEntry = right[index] ?? 0;
    left[index] = leftEntry - 0.5 * amount * rightEntry;
    right[index] = rightEntry - 0.5 * amount * leftEntry;
  }
}

export function innerProduct(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum;
}

/** Scales a vector to length 1, in place. */
function normalized(vector: Float64Array): Float64Array {
  const length = Math.sqrt(innerProduct(vector, vector));
  for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] ?? 0) / length;
  return vector;
}
