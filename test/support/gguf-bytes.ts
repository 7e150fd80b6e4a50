/**
 * Pieces of GGUF files for tests, written from the specification alone (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md)
 * and sharing nothing with the product, so that a misreading there does not cancel itself out here.
 */

/** A metadata value: its type number in the file and its bytes. */
export interface GgufValueBytes {
  readonly type: number;
  readonly bytes: Buffer;
}

export interface GgufTensorSpec {
  readonly name: string;
  readonly dimensions: readonly (number | bigint)[];
  /** `enum ggml_type`; F32 unless told. */
  readonly type?: number;
  /** From the start of the data section, bytes; 0 unless told. */
  readonly offset?: number | bigint;
}

export interface GgufFileSpec {
  readonly version?: number;
  readonly metadata?: readonly (readonly [key: string, value: GgufValueBytes])[];
  readonly tensors?: readonly GgufTensorSpec[];
  /** Bytes of zeros in the data section. */
  readonly dataBytes?: number;
  /** Padding before the data section; does not write general.alignment. */
  readonly alignment?: number;
  /** What the header claims, where that is to differ from what it holds. */
  readonly claimedTensors?: bigint;
  readonly claimedEntries?: bigint;
}

function numberBytes(size: number, write: (view: DataView) => void): Buffer {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return Buffer.from(bytes.buffer);
}

const le = true;
export const u32Bytes = (value: number): Buffer => numberBytes(4, (view) => view.setUint32(0, value, le));
export const u64Bytes = (value: number | bigint): Buffer =>
  numberBytes(8, (view) => view.setBigUint64(0, BigInt(value), le));
export const stringBytes = (text: string | Buffer): Buffer => {
  const bytes = typeof text === "string" ? Buffer.from(text, "utf8") : text;
  return Buffer.concat([u64Bytes(bytes.length), bytes]);
};

export const ggufValue = {
  u8: (value: number): GgufValueBytes => ({ type: 0, bytes: numberBytes(1, (view) => view.setUint8(0, value)) }),
  i8: (value: number): GgufValueBytes => ({ type: 1, bytes: numberBytes(1, (view) => view.setInt8(0, value)) }),
  u16: (value: number): GgufValueBytes => ({ type: 2, bytes: numberBytes(2, (view) => view.setUint16(0, value, le)) }),
  i16: (value: number): GgufValueBytes => ({ type: 3, bytes: numberBytes(2, (view) => view.setInt16(0, value, le)) }),
  u32: (value: number): GgufValueBytes => ({ type: 4, bytes: u32Bytes(value) }),
  i32: (value: number): GgufValueBytes => ({ type: 5, bytes: numberBytes(4, (view) => view.setInt32(0, value, le)) }),
  f32: (value: number): GgufValueBytes => ({ type: 6, bytes: numberBytes(4, (view) => view.setFloat32(0, value, le)) }),
  bool: (value: boolean): GgufValueBytes => ({ type: 7, bytes: Buffer.from([value ? 1 : 0]) }),
  string: (value: string | Buffer): GgufValueBytes => ({ type: 8, bytes: stringBytes(value) }),
  u64: (value: bigint): GgufValueBytes => ({ type: 10, bytes: u64Bytes(value) }),
  i64: (value: bigint): GgufValueBytes => ({
    type: 11,
    bytes: numberBytes(8, (view) => view.setBigInt64(0, value, le)),
  }),
  f64: (value: number): GgufValueBytes => ({
    type: 12,
    bytes: numberBytes(8, (view) => view.setFloat64(0, value, le)),
  }),
  /** An array of values of one type; `claimedLength` lies about their number. */
  array: (type: number, items: readonly GgufValueBytes[], claimedLength?: number | bigint): GgufValueBytes => ({
    type: 9,
    bytes: Buffer.concat([u32Bytes(type), u64Bytes(claimedLength ?? items.length), ...items.map((item) => item.bytes)]),
  }),
};

function tensorInfoBytes(tensor: GgufTensorSpec): Buffer {
  return Buffer.concat([
    stringBytes(tensor.name),
    u32Bytes(tensor.dimensions.length),
    ...tensor.dimensions.map(u64Bytes),
    u32Bytes(tensor.type ?? 0),
    u64Bytes(tensor.offset ?? 0),
  ]);
}

/** A whole file. Says what it is told to say, however wrong. */
export function ggufBytes(spec: GgufFileSpec): Buffer {
  const { metadata = [], tensors = [], alignment = 32 } = spec;
  const header = Buffer.concat([
    Buffer.from("GGUF"),
    u32Bytes(spec.version ?? 3),
    u64Bytes(spec.claimedTensors ?? tensors.length),
    u64Bytes(spec.claimedEntries ?? metadata.length),
    ...metadata.flatMap(([key, value]) => [stringBytes(key), u32Bytes(value.type), value.bytes]),
    ...tensors.map(tensorInfoBytes),
  ]);
  if (tensors.length === 0) return header;
  const padding = (alignment - (header.length % alignment)) % alignment;
  return Buffer.concat([header, Buffer.alloc(padding + (spec.dataBytes ?? 0))]);
}
