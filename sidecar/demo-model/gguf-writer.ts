import { closeSync, openSync, writeSync } from "node:fs";
import { encodedSizeBytes, type TensorType, tensorTypes } from "./quantization.ts";

/** Value type ids of GGUF v3. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
const valueTypes = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9, uint64: 10 } as const;

const alignmentBytes = 32;

/** A tensor whose bytes are made only while the file is written, so that a large model never lies in memory whole. */
export interface TensorSource {
  readonly name: string;
  /** Length of a row first, then the number of rows: ggml's order, the reverse of most other libraries. */
  readonly shape: readonly number[];
  readonly type: TensorType;
  bytes(sizeBytes: number): Uint8Array;
}

/** Writes a GGUF v3 file: metadata and tensors in the order in which they were added; the same input, the same bytes. */
export class GgufWriter {
  private readonly metadata = new Map<string, Buffer>();
  private readonly tensors: TensorSource[] = [];

  setString(key: string, value: string): this {
    return this.set(key, valueTypes.string, stringBytes(value));
  }

  setUint32(key: string, value: number): this {
    return this.set(key, valueTypes.uint32, uint32Bytes(value));
  }

  setUint64(key: string, value: number): this {
    return this.set(key, valueTypes.uint64, uint64Bytes(value));
  }

  setFloat32(key: string, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return this.set(key, valueTypes.float32, bytes);
  }

  setBoolean(key: string, value: boolean): this {
    return this.set(key, valueTypes.bool, Buffer.of(value ? 1 : 0));
  }

  setStrings(key: string, values: readonly string[]): this {
    return this.setArray(key, valueTypes.string, values.map(stringBytes));
  }

  setInt32s(key: string, values: readonly number[]): this {
    return this.setArray(
      key,
      valueTypes.int32,
      values.map((value) => uint32Bytes(value >>> 0)),
    );
  }

  addTensor(tensor: TensorSource): this {
    this.tensors.push(tensor);
    return this;
  }

  /** Size of the finished file. */
  get sizeBytes(): number {
    return this.tensors.reduce((sum, tensor) => sum + aligned(tensorSizeBytes(tensor)), aligned(this.header().length));
  }

  toBuffer(): Buffer {
    return Buffer.concat([...this.chunks()]);
  }

  /** Writes the file tensor by tensor. Throws what the file system throws; a half-written file is left to the caller. */
  writeTo(path: string): void {
    const file = openSync(path, "w");
    try {
      for (const chunk of this.chunks()) {
        for (let written = 0; written < chunk.length; ) written += writeSync(file, chunk, written);
      }
    } finally {
      closeSync(file);
    }
  }

  private *chunks(): Generator<Uint8Array> {
    yield padded(this.header());
    for (const tensor of this.tensors) {
      const size = tensorSizeBytes(tensor);
      const bytes = tensor.bytes(size);
      if (bytes.length !== size) throw new RangeError(`${tensor.name} has ${bytes.length} bytes instead of ${size}`);
      yield padded(bytes);
    }
  }

  private header(): Buffer {
    const parts = [
      Buffer.from("GGUF"),
      uint32Bytes(3),
      uint64Bytes(this.tensors.length),
      uint64Bytes(this.metadata.size),
    ];
    for (const [key, value] of this.metadata) parts.push(stringBytes(key), value);
    let offset = 0;
    for (const tensor of this.tensors) {
      parts.push(stringBytes(tensor.name), uint32Bytes(tensor.shape.length), ...tensor.shape.map(uint64Bytes));
      parts.push(uint32Bytes(tensorTypes[tensor.type].id), uint64Bytes(offset));
      offset += aligned(tensorSizeBytes(tensor));
    }
    return Buffer.concat(parts);
  }

  private set(key: string, type: number, value: Buffer): this {
    this.metadata.set(key, Buffer.concat([uint32Bytes(type), value]));
    return this;
  }

  private setArray(key: string, itemType: number, items: readonly Buffer[]): this {
    const head = [uint32Bytes(itemType), uint64Bytes(items.length)];
    return this.set(key, valueTypes.array, Buffer.concat([...head, ...items]));
  }
}

function tensorSizeBytes(tensor: TensorSource): number {
  return encodedSizeBytes(
    tensor.type,
    tensor.shape.reduce((product, length) => product * length, 1),
  );
}

function aligned(sizeBytes: number): number {
  return Math.ceil(sizeBytes / alignmentBytes) * alignmentBytes;
}

function padded(bytes: Uint8Array): Uint8Array {
  const size = aligned(bytes.length);
  if (size === bytes.length) return bytes;
  const result = new Uint8Array(size);
  result.set(bytes);
  return result;
}

function uint32Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function stringBytes(value: string): Buffer {
  const text = Buffer.from(value, "utf8");
  return Buffer.concat([uint64Bytes(text.length), text]);
}
