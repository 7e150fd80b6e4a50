import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { GgufCursor } from "./gguf-cursor.ts";
import { type GgufMetadata, type GgufScalar, readGgufMetadata } from "./gguf-metadata.ts";
import { ggmlTensorTypes, ggufFileTypeName } from "./gguf-tensor-types.ts";
import { hasInfillTokens } from "./infill-tokens.ts";

/** What a GGUF file says of itself before its weights. Everything here is the file's own claim: show it, do not trust it. */
export interface GgufHeader {
  /** Format version, 2 or 3. */
  readonly version: number;
  /** `general.architecture`, such as "llama": also the prefix of the model's own keys. */
  readonly architecture: string | undefined;
  readonly name: string | undefined;
  /** `tokenizer.chat_template`: Jinja source, untrusted. */
  readonly chatTemplate: string | undefined;
  /** The vocabulary has marks for the text before and behind a gap, so that the model can be asked to fill it. */
  readonly hasInfillTokens: boolean;
  /** Tokens that the model was trained to attend to. */
  readonly contextTokens: number | undefined;
  readonly layers: number | undefined;
  readonly embeddingLength: number | undefined;
  readonly feedForwardLength: number | undefined;
  /** Attention heads; undefined too where the file gives one number per layer. The same holds for headCountKv. */
  readonly headCount: number | undefined;
  readonly headCountKv: number | undefined;
  /** Elements of one attention key or value; undefined means embeddingLength / headCount. */
  readonly keyLength: number | undefined;
  readonly valueLength: number | undefined;
  /** Experts of a mixture-of-experts model. */
  readonly expertCount: number | undefined;
  /** Tokens of the tokenizer, or `<architecture>.vocab_size` where the file has no list of them. */
  readonly vocabularySize: number | undefined;
  /** Elements of all tensors together. */
  readonly parameterCount: number;
  /** Quantization, such as "Q4_K_M", from `general.file_type`. */
  readonly fileTypeName: string | undefined;
  readonly tensorCount: number;
  /** Size of the file, bytes. */
  readonly sizeBytes: number;
  /**
   * Offset of the first byte after the last tensor's data; never more than sizeBytes. Of a tensor whose type is unknown
   * only the beginning counts.
   */
  readonly requiredBytes: number;
  /** All metadata but the arrays, which are passed over. */
  readonly metadata: ReadonlyMap<string, GgufScalar>;
}

const headBytes = 4 + 4 + 8 + 8;
const defaultAlignmentBytes = 32;
const maxTensors = 1_000_000;
const maxDimensions = 4;
/** Limit of the GGUF specification. */
const maxTensorNameBytes = 64;
const minTensorBytes = 8 + 4 + 4 + 8;

/**
 * Reads and checks the header of a GGUF file, so that a bad file is refused before a native parser sees it.
 * Reads neither weights nor vocabulary into memory. Symbolic links are followed.
 *
 * Throws MeshError: model_file_missing; model_file_unreadable (reason is the system's error code, or "not a regular
 * file"); model_file_not_gguf; model_file_truncated (expectedBytes is what the part read so far shows to be needed);
 * model_file_corrupt (also for versions other than 2 and 3 and for big-endian files); cancelled when `signal` aborts.
 * Source of the format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export async function readGgufHeader(path: string, options: { signal?: AbortSignal } = {}): Promise<GgufHeader> {
  let handle: FileHandle | undefined;
  try {
    handle = await openRegularFile(path);
    const { size: sizeBytes } = await handle.stat();
    return await readHeader(new GgufCursor(handle, { path, sizeBytes, signal: options.signal }), path);
  } catch (error) {
    throw error instanceof MeshError ? error : fileError(path, error);
  } finally {
    await handle?.close();
  }
}

async function openRegularFile(path: string): Promise<FileHandle> {
  // Before opening, since opening a device can have effects of its own.
  requireRegularFile(path, await stat(path));
  // The path may have become a FIFO since: O_NONBLOCK (absent on Windows) keeps open() from waiting for its writer.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    requireRegularFile(path, await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function requireRegularFile(path: string, stats: { isFile(): boolean; isDirectory(): boolean }): void {
  if (stats.isFile()) return;
  throw new MeshError("model_file_unreadable", { path, reason: stats.isDirectory() ? "EISDIR" : "not a regular file" });
}

function fileError(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") return new MeshError("model_file_missing", { path }, { cause });
  // ERR_INVALID_ARG_VALUE: a path with a zero byte. Any other ERR_… is a fault of ours and must not pass for the file's.
  const isFileSystems = /^E[A-Z0-9]+$/.test(code) || code === "ERR_INVALID_ARG_VALUE";
  return isFileSystems ? new MeshError("model_file_unreadable", { path, reason: code }, { cause }) : cause;
}

async function readHeader(cursor: GgufCursor, path: string): Promise<GgufHeader> {
  const version = await readVersion(cursor, path);
  await cursor.need(16);
  const tensorCount = cursor.takeSize("the number of tensors");
  const entryCount = cursor.takeSize("the number of metadata entries");
  if (tensorCount > maxTensors) throw cursor.corrupt(`${tensorCount} tensors are more than ${maxTensors}`);
  const metadata = await readGgufMetadata(cursor, entryCount);
  const tensors = await readTensors(cursor, tensorCount, alignmentOf(cursor, metadata));
  return {
    version,
    ...describeModel(metadata),
    ...tensors,
    tensorCount,
    sizeBytes: cursor.sizeBytes,
    metadata: metadata.scalars,
  };
}

async function readVersion(cursor: GgufCursor, path: string): Promise<number> {
  // A file too short for the magic may be anything: "not GGUF" is the more useful answer than "incomplete".
  if (cursor.sizeBytes < 4) throw new MeshError("model_file_not_gguf", { path });
  await cursor.need(4);
  if (cursor.takeBytes(4).toString("latin1") !== "GGUF") throw new MeshError("model_file_not_gguf", { path });
  if (cursor.sizeBytes < headBytes) throw cursor.truncated(headBytes);
  await cursor.need(4);
  const version = cursor.takeU32();
  if (version === 2 || version === 3) return version;
  if (version === 1) throw cursor.corrupt("GGUF version 1 is not supported any more, convert the model anew");
  // The same test as llama.cpp's: a small version number in the other byte order has its low half empty.
  if (version !== 0 && (version & 0xffff) === 0)
    throw cursor.corrupt("it is a big-endian file, made for other machines");
  throw cursor.corrupt(`GGUF version ${version} is not known, only 2 and 3 are`);
}

function alignmentOf(cursor: GgufCursor, metadata: GgufMetadata): number {
  const alignment = metadata.scalars.get("general.alignment") ?? defaultAlignmentBytes;
  // Math.clz32 puts the highest bit back: only a power of two equals its own highest bit.
  if (typeof alignment === "number" && alignment > 0 && alignment === 2 ** (31 - Math.clz32(alignment)))
    return alignment;
  throw cursor.corrupt("general.alignment is not a power of two");
}

/** Walks over the tensor infos and keeps sums only, so that a million of them cost no memory. */
async function readTensors(
  cursor: GgufCursor,
  count: number,
  alignment: number,
): Promise<Pick<GgufHeader, "parameterCount" | "requiredBytes">> {
  cursor.requireRemaining(count * minTensorBytes);
  let parameterCount = 0;
  let dataBytes = 0;
  for (let index = 0; index < count; index += 1) {
    const tensor = await readTensor(cursor, index);
    if (tensor.offset % alignment !== 0) throw cursor.corrupt(`the data of tensor ${index} is not aligned`);
    parameterCount += tensor.elements;
    dataBytes = Math.max(dataBytes, tensor.offset + tensor.bytes);
    if (!Number.isSafeInteger(parameterCount)) throw cursor.corrupt("its tensors are impossibly large");
  }
  // Without tensors there is no data, hence no padding before it.
  if (count === 0) return { parameterCount, requiredBytes: cursor.position };
  const requiredBytes = Math.ceil(cursor.position / alignment) * alignment + dataBytes;
  if (!Number.isSafeInteger(requiredBytes)) throw cursor.corrupt("its tensors are impossibly large");
  if (requiredBytes > cursor.sizeBytes) throw cursor.truncated(requiredBytes);
  return { parameterCount, requiredBytes };
}

/** One tensor info: its element count, its offset from the start of the data, and its bytes (0 when the type is unknown). */
async function readTensor(
  cursor: GgufCursor,
  index: number,
): Promise<{ elements: number; offset: number; bytes: number }> {
  if (cursor.bufferedBytes < 8) await cursor.need(8);
  const nameBytes = cursor.takeSize("a tensor name's length");
  if (nameBytes > maxTensorNameBytes) throw cursor.corrupt(`the name of tensor ${index} is too long`);
  cursor.skip(nameBytes);
  if (cursor.bufferedBytes < 4) await cursor.need(4);
  const dimensions = cursor.takeU32();
  if (dimensions > maxDimensions) throw cursor.corrupt(`tensor ${index} has ${dimensions} dimensions`);
  const restBytes = dimensions * 8 + 4 + 8;
  if (cursor.bufferedBytes < restBytes) await cursor.need(restBytes);
  let elements = 1;
  let rowElements = 1;
  for (let dimension = 0; dimension < dimensions; dimension += 1) {
    const size = cursor.takeSize(`a dimension of tensor ${index}`);
    if (dimension === 0) rowElements = size;
    elements *= size;
    if (!Number.isSafeInteger(elements)) throw cursor.corrupt(`tensor ${index} is impossibly large`);
  }
  const type = ggmlTensorTypes.get(cursor.takeU32());
  const offset = cursor.takeSize(`the offset of tensor ${index}`);
  if (type === undefined) return { elements, offset, bytes: 0 };
  if (rowElements % type.blockElements !== 0) {
    throw cursor.corrupt(`the rows of tensor ${index} are not whole ${type.name} blocks`);
  }
  return { elements, offset, bytes: (elements / type.blockElements) * type.blockBytes };
}

function describeModel(metadata: GgufMetadata) {
  const { scalars, arrayLengths } = metadata;
  const text = (key: string): string | undefined => {
    const value = scalars.get(key);
    return typeof value === "string" ? value : undefined;
  };
  const count = (key: string): number | undefined => {
    const value = scalars.get(key);
    return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
  };
  const architecture = text("general.architecture");
  const own = (key: string): number | undefined =>
    architecture === undefined ? undefined : count(`${architecture}.${key}`);
  const fileType = count("general.file_type");
  return {
    architecture,
    name: text("general.name"),
    chatTemplate: text("tokenizer.chat_template"),
    hasInfillTokens: hasInfillTokens(metadata),
    contextTokens: own("context_length"),
    layers: own("block_count"),
    embeddingLength: own("embedding_length"),
    feedForwardLength: own("feed_forward_length"),
    headCount: own("attention.head_count"),
    headCountKv: own("attention.head_count_kv"),
    keyLength: own("attention.key_length"),
    valueLength: own("attention.value_length"),
    expertCount: own("expert_count"),
    vocabularySize: arrayLengths.get("tokenizer.ggml.tokens") ?? own("vocab_size"),
    fileTypeName: fileType === undefined ? undefined : ggufFileTypeName(fileType),
  };
}
