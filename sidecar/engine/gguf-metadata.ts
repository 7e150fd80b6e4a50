import type { GgufCursor } from "./gguf-cursor.ts";
import { infillTokenNames } from "./infill-tokens.ts";

/** A metadata value other than an array. 64-bit integers are numbers where a number holds them exactly, else bigints. */
export type GgufScalar = string | number | bigint | boolean;

export interface GgufMetadata {
  readonly scalars: ReadonlyMap<string, GgufScalar>;
  /** How many elements each array has; the elements themselves are not read. */
  readonly arrayLengths: ReadonlyMap<string, number>;
  /** Those of `infillTokenNames` that the vocabulary has: all that is read of it. */
  readonly knownTokens: ReadonlySet<string>;
}

/** More than any real file by a factor of a thousand. */
const maxEntries = 100_000;
/** The limit that the GGUF specification sets for a key. */
const maxKeyBytes = 65_535;
/** An array of arrays is the deepest that any known model uses. */
const maxArrayDepth = 2;
/** Least sizes of an entry (empty key, type, one byte) and of an inner array (type and count). */
const minEntryBytes = 8 + 4 + 1;
const arrayHeadBytes = 4 + 8;

const u32Type = 4;
const boolType = 7;
const stringType = 8;
const arrayType = 9;
const vocabularyKey = "tokenizer.ggml.tokens";

/** The fixed-size value types by their number in the file. Source: `gguf_metadata_value_type` of the GGUF specification. */
const fixedTypes: ReadonlyMap<number, { bytes: number; read(from: Buffer): number | bigint }> = new Map([
  [0, { bytes: 1, read: (from) => from.readUInt8() }],
  [1, { bytes: 1, read: (from) => from.readInt8() }],
  [2, { bytes: 2, read: (from) => from.readUInt16LE() }],
  [3, { bytes: 2, read: (from) => from.readInt16LE() }],
  [u32Type, { bytes: 4, read: (from) => from.readUInt32LE() }],
  [5, { bytes: 4, read: (from) => from.readInt32LE() }],
  [6, { bytes: 4, read: (from) => from.readFloatLE() }],
  [boolType, { bytes: 1, read: (from) => from.readUInt8() }],
  [10, { bytes: 8, read: (from) => from.readBigUInt64LE() }],
  [11, { bytes: 8, read: (from) => from.readBigInt64LE() }],
  [12, { bytes: 8, read: (from) => from.readDoubleLE() }],
]);

/**
 * Reads `count` metadata entries. Throws model_file_truncated or model_file_corrupt.
 *
 * Two entries with one key are refused: two readers that each take another one would see two different models.
 */
export async function readGgufMetadata(cursor: GgufCursor, count: number): Promise<GgufMetadata> {
  if (count > maxEntries) throw cursor.corrupt(`${count} metadata entries are more than ${maxEntries}`);
  cursor.requireRemaining(count * minEntryBytes);
  const scalars = new Map<string, GgufScalar>();
  const arrayLengths = new Map<string, number>();
  let knownTokens: ReadonlySet<string> = new Set();
  for (let index = 0; index < count; index += 1) {
    const key = await cursor.readText(maxKeyBytes);
    if (scalars.has(key) || arrayLengths.has(key)) throw cursor.corrupt(`metadata entry ${index} repeats a key`);
    await cursor.need(4);
    const type = cursor.takeU32();
    // llama.cpp takes it for a u32, and older releases abort the whole process when it is anything else.
    if (key === "general.alignment" && type !== u32Type) throw cursor.corrupt("general.alignment is not a u32");
    if (type !== arrayType) {
      scalars.set(key, await readScalar(cursor, type));
    } else if (key === vocabularyKey) {
      const { length, found } = await readVocabulary(cursor);
      arrayLengths.set(key, length);
      knownTokens = found;
    } else {
      arrayLengths.set(key, await skipArray(cursor, 1));
    }
  }
  return { scalars, arrayLengths, knownTokens };
}

/** Moves past the vocabulary, and says how long it is and which of the names that matter it has. */
async function readVocabulary(cursor: GgufCursor): Promise<{ length: number; found: ReadonlySet<string> }> {
  const { type, length } = await readArrayHead(cursor);
  if (type === stringType) return { length, found: await cursor.findStrings(length, infillTokenNames) };
  await skipElements(cursor, { type, length, depth: 1 });
  return { length, found: new Set() };
}

async function readScalar(cursor: GgufCursor, type: number): Promise<GgufScalar> {
  if (type === stringType) return cursor.readText();
  const fixed = fixedTypes.get(type);
  if (fixed === undefined) throw cursor.corrupt(`the metadata value type ${type} does not exist`);
  await cursor.need(fixed.bytes);
  const value = fixed.read(cursor.takeBytes(fixed.bytes));
  if (type === boolType) {
    if (value !== 0 && value !== 1) throw cursor.corrupt("a boolean is neither 0 nor 1");
    return value === 1;
  }
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Moves past an array and returns its length. `depth` is 1 for an array that is a value itself. */
async function skipArray(cursor: GgufCursor, depth: number): Promise<number> {
  if (depth > maxArrayDepth) throw cursor.corrupt(`arrays are nested more than ${maxArrayDepth} deep`);
  const { type, length } = await readArrayHead(cursor);
  await skipElements(cursor, { type, length, depth });
  return length;
}

async function readArrayHead(cursor: GgufCursor): Promise<{ type: number; length: number }> {
  if (cursor.bufferedBytes < arrayHeadBytes) await cursor.need(arrayHeadBytes);
  return { type: cursor.takeU32(), length: cursor.takeSize("an array length") };
}

async function skipElements(
  cursor: GgufCursor,
  { type, length, depth }: { readonly type: number; readonly length: number; readonly depth: number },
): Promise<void> {
  const fixed = fixedTypes.get(type);
  if (fixed !== undefined) {
    cursor.skip(length * fixed.bytes);
  } else if (type === stringType) {
    await cursor.skipStrings(length);
  } else if (type === arrayType) {
    cursor.requireRemaining(length * arrayHeadBytes);
    for (let index = 0; index < length; index += 1) await skipArray(cursor, depth + 1);
  } else {
    throw cursor.corrupt(`the array element type ${type} does not exist`);
  }
}
