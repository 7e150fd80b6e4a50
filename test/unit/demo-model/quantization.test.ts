import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodedSizeBytes, encodeTensor, halfBits, tensorTypes } from "../../../sidecar/demo-model/quantization.ts";

/** The value of a half-precision number, straight from the definition of IEEE 754 binary16. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The 32 weights of one Q8_0 block. */
function decodeQ8Block(bytes: Uint8Array): { scale: number; weights: number[] } {
  const view = viewOf(bytes);
  const scale = halfValue(view.getUint16(0, true));
  return { scale, weights: Array.from({ length: 32 }, (_, index) => scale * view.getInt8(2 + index)) };
}

/** The 32 weights of one Q4_0 block. */
function decodeQ4Block(bytes: Uint8Array): { scale: number; weights: number[] } {
  const view = viewOf(bytes);
  const scale = halfValue(view.getUint16(0, true));
  const nibble = (index: number) => (index < 16 ? view.getUint8(2 + index) & 15 : view.getUint8(2 + index - 16) >> 4);
  return { scale, weights: Array.from({ length: 32 }, (_, index) => scale * (nibble(index) - 8)) };
}

const block = fc
  .array(fc.float({ min: -100, max: 100, noNaN: true, noDefaultInfinity: true }), { minLength: 32, maxLength: 32 })
  .map((weights) => Float32Array.from(weights));

describe("halfBits", () => {
  it("gives back every half-precision number unchanged", () => {
    const finite = Array.from({ length: 0x10000 }, (_, bits) => bits).filter((bits) => ((bits >> 10) & 0x1f) !== 31);
    expect(finite.filter((bits) => halfBits(halfValue(bits)) !== bits)).toEqual([]);
  });

  it("errs by at most half a unit in the last place", () => {
    fc.assert(
      fc.property(fc.float({ min: -65_000, max: 65_000, noNaN: true }), (value) => {
        const unit = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 10));
        expect(Math.abs(halfValue(halfBits(value)) - value)).toBeLessThanOrEqual(unit / 2);
      }),
    );
  });

  it("rounds ties to the even neighbour", () => {
    expect(halfBits(1 + 2 ** -11)).toBe(halfBits(1));
    expect(halfBits(1 + 3 * 2 ** -11)).toBe(halfBits(1 + 2 ** -9));
  });

  it("keeps infinity, not-a-number and what is too large or too small apart", () => {
    expect(halfBits(Number.POSITIVE_INFINITY)).toBe(0x7c00);
    expect(halfBits(-1e6)).toBe(0xfc00);
    expect(halfValue(halfBits(Number.NaN))).toBeNaN();
    expect(halfBits(1e-9)).toBe(0);
  });
});

describe("encodeTensor", () => {
  it("keeps F32 exactly and F16 to three digits", () => {
    const weights = Float32Array.of(0, 1, -2.5, 0.1, 1000);
    const exact = viewOf(encodeTensor("F32", weights));
    const halves = viewOf(encodeTensor("F16", weights));
    for (const [index, weight] of weights.entries()) {
      expect(exact.getFloat32(index * 4, true)).toBe(weight);
      expect(halfValue(halves.getUint16(index * 2, true))).toBeCloseTo(weight, 3);
    }
  });

  it("errs by about half a step in Q8_0", () => {
    fc.assert(
      fc.property(block, (weights) => {
        const { scale, weights: decoded } = decodeQ8Block(encodeTensor("Q8_0", weights));
        // The scale itself is rounded to a half, which counts up to 127 times; below its range nothing is left of it.
        const bound = scale * 0.5 + 127 * (scale * 2 ** -11 + 2 ** -25);
        for (const [index, weight] of weights.entries()) {
          expect(Math.abs((decoded[index] ?? 0) - weight)).toBeLessThanOrEqual(bound);
        }
      }),
    );
  });

  it("errs by at most one step in Q4_0", () => {
    fc.assert(
      fc.property(block, (weights) => {
        const { scale, weights: decoded } = decodeQ4Block(encodeTensor("Q4_0", weights));
        const bound = Math.abs(scale) * (1 + 8 * 2 ** -10) + 8 * 2 ** -25;
        for (const [index, weight] of weights.entries()) {
          expect(Math.abs((decoded[index] ?? 0) - weight)).toBeLessThanOrEqual(bound);
        }
      }),
    );
  });

  it("takes the bytes that the format says, and refuses incomplete blocks", () => {
    for (const type of Object.keys(tensorTypes) as (keyof typeof tensorTypes)[]) {
      expect(encodeTensor(type, new Float32Array(96)).length).toBe(encodedSizeBytes(type, 96));
    }
    expect(encodedSizeBytes("Q8_0", 64)).toBe(68);
    expect(encodedSizeBytes("Q4_0", 64)).toBe(36);
    expect(() => encodedSizeBytes("Q8_0", 33)).toThrow(RangeError);
  });
});
