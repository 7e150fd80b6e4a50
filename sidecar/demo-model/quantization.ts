/**
 * The tensor encodings that this folder writes. The numbers are ggml's own type ids.
 * Source of ids and block layouts: ggml/include/ggml.h, ggml/src/ggml-common.h (block_q4_0, block_q8_0).
 */
export const tensorTypes = {
  F32: { id: 0, fileType: 0, blockLength: 1, blockBytes: 4 },
  F16: { id: 1, fileType: 1, blockLength: 1, blockBytes: 2 },
  Q4_0: { id: 2, fileType: 2, blockLength: 32, blockBytes: 18 },
  Q8_0: { id: 8, fileType: 7, blockLength: 32, blockBytes: 34 },
} as const;

export type TensorType = keyof typeof tensorTypes;

/** Bytes that `length` weights take. Throws when they do not fill whole blocks. */
export function encodedSizeBytes(type: TensorType, length: number): number {
  const { blockLength, blockBytes } = tensorTypes[type];
  if (length % blockLength !== 0) throw new RangeError(`${type} needs a multiple of ${blockLength} weights: ${length}`);
  return (length / blockLength) * blockBytes;
}

/** Encodes weights that lie row after row in memory. */
export function encodeTensor(type: TensorType, weights: Float32Array): Uint8Array {
  const bytes = new Uint8Array(encodedSizeBytes(type, weights.length));
  const view = new DataView(bytes.buffer);
  switch (type) {
    case "F32":
      weights.forEach((weight, index) => {
        view.setFloat32(index * 4, weight, true);
      });
      break;
    case "F16":
      weights.forEach((weight, index) => {
        view.setUint16(index * 2, halfBits(weight), true);
      });
      break;
    case "Q4_0":
      for (let block = 0; block * 32 < weights.length; block++) encodeQ4Block(weights, block, view);
      break;
    case "Q8_0":
      for (let block = 0; block * 32 < weights.length; block++) encodeQ8Block(weights, block, view);
      break;
  }
  return bytes;
}

/** Q8_0: one half-float scale, then 32 signed bytes; the largest weight becomes ±127. */
function encodeQ8Block(weights: Float32Array, block: number, view: DataView): void {
  const first = block * 32;
  const offset = block * tensorTypes.Q8_0.blockBytes;
  const scale = Math.abs(outermost(weights, first)) / 127;
  if (scale === 0) return;
  view.setUint16(offset, halfBits(scale), true);
  for (let index = 0; index < 32; index++) {
    view.setInt8(offset + 2 + index, Math.round((weights[first + index] ?? 0) / scale));
  }
}

/**
 * Q4_0: one half-float scale, then 32 four-bit numbers, value = scale * (number - 8). The weight furthest from zero
 * becomes number 0, so that it is met exactly; byte i holds weight i in its low half and weight i + 16 in its high half.
 */
function encodeQ4Block(weights: Float32Array, block: number, view: DataView): void {
  const first = block * 32;
  const offset = block * tensorTypes.Q4_0.blockBytes;
  const scale = outermost(weights, first) / -8;
  view.setUint16(offset, halfBits(scale), true);
  const nibble = (index: number) =>
    scale === 0 ? 8 : Math.min(15, Math.floor((weights[first + index] ?? 0) / scale + 8.5));
  for (let index = 0; index < 16; index++) {
    view.setUint8(offset + 2 + index, nibble(index) | (nibble(index + 16) << 4));
  }
}

/** The weight of a 32-block that is furthest from zero, with its sign. */
function outermost(weights: Float32Array, first: number): number {
  let result = 0;
  for (let index = first; index < first + 32; index++) {
    const weight = weights[index] ?? 0;
    if (Math.abs(weight) > Math.abs(result)) result = weight;
  }
  return result;
}

const singleFloat = new Float32Array(1);
const singleBits = new Uint32Array(singleFloat.buffer);

/** The 16 bits of the IEEE 754 half-precision number nearest to `value`, ties to even; too large becomes infinity. */
export function halfBits(value: number): number {
  singleFloat[0] = value;
  const bits = singleBits[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  // Single precision biases its exponent by 127, half precision by 15.
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  const fraction = bits & 0x7fffff;
  if (exponent >= 31) {
    const isNotANumber = exponent === 255 - 127 + 15 && fraction !== 0;
    return sign | 0x7c00 | (isNotANumber ? 0x200 : 0);
  }
  if (exponent > 0) return sign | roundedShift((exponent << 23) | fraction, 13);
  // Below the smallest normal half the leading one of the fraction is no longer implied. Further down all is zero.
  return exponent < -10 ? sign : sign | roundedShift(fraction | 0x800000, 14 - exponent);
}

/** `bits >> distance`, rounded to nearest, ties to even. A carry runs on into the exponent, as IEEE 754 wants it. */
function roundedShift(bits: number, distance: number): number {
  const quotient = bits >>> distance;
  const remainder = bits & ((1 << distance) - 1);
  const half = 1 << (distance - 1);
  const roundsUp = remainder > half || (remainder === half && (quotient & 1) === 1);
  return quotient + (roundsUp ? 1 : 0);
}
