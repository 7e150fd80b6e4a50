import type { FileHandle } from "node:fs/promises";
import { MeshError } from "../../contract/errors/mesh-error.ts";

/** Bytes fetched by one read. Big enough that a 10 MB vocabulary costs 40 reads, small enough for many files at once. */
const windowBytes = 256 * 1024;
/** A header beyond this is an attack or an accident: real ones end well below 64 MiB. */
const maxHeaderBytes = 512 * 1024 * 1024;
/** Longest single string. The longest real ones, chat templates, are below 1 MiB. */
const maxStringBytes = 16 * 1024 * 1024;
/** All strings of a header that are kept in memory, keys included. */
const maxTextBytes = 64 * 1024 * 1024;

/**
 * A forward-only reader of little-endian values from a file of untrusted content.
 *
 * Invariants: memory is one window plus the text that was asked for (limited above), whatever lengths the file declares;
 * the window never moves backwards, so the bytes read are at most the bytes walked over plus one window; and every
 * length is held against the file's size before anything is allocated or skipped.
 *
 * `take…` reads bytes that an awaited `need` has brought in; it throws RangeError when there was none, a fault of ours.
 */
export class GgufCursor {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #signal: AbortSignal | undefined;
  readonly #buffer: Buffer;
  /** Size of the file, bytes, when it was opened. */
  readonly sizeBytes: number;
  /** The filled part of #buffer; it begins at #windowStart in the file. */
  #window: Buffer;
  #windowStart = 0;
  #position = 0;
  #textBytes = 0;

  constructor(handle: FileHandle, file: { path: string; sizeBytes: number; signal?: AbortSignal | undefined }) {
    this.#handle = handle;
    this.#path = file.path;
    this.#signal = file.signal;
    this.sizeBytes = file.sizeBytes;
    this.#buffer = Buffer.allocUnsafe(Math.min(windowBytes, file.sizeBytes));
    this.#window = this.#buffer.subarray(0, 0);
  }

  /** Offset of the next byte to take, from the start of the file. */
  get position(): number {
    return this.#position;
  }

  /** Bytes that can be taken without waiting. Hot loops test this, since an await for each string costs more than the string. */
  get bufferedBytes(): number {
    return Math.max(0, this.#windowStart + this.#window.length - this.#position);
  }

  /** Throws model_file_truncated when fewer than `bytes` remain, model_file_corrupt when they pass the header's limit. */
  requireRemaining(bytes: number): void {
    const end = this.#position + bytes;
    if (!(end <= maxHeaderBytes)) throw this.corrupt(`its header is larger than ${maxHeaderBytes / 1024 ** 2} MiB`);
    if (end > this.sizeBytes) throw this.truncated(end);
  }

  /** Brings the next `bytes` (at most one window) into memory, so that `take…` may read them. */
  async need(bytes: number): Promise<void> {
    this.requireRemaining(bytes);
    if (this.bufferedBytes >= bytes) return;
    const wanted = Math.min(this.#buffer.length, this.sizeBytes - this.#position);
    this.#windowStart = this.#position;
    this.#window = this.#buffer.subarray(0, 0);
    this.#window = this.#buffer.subarray(0, await this.#read(this.#buffer.subarray(0, wanted), bytes));
  }

  takeU32(): number {
    return this.#window.readUInt32LE(this.#advance(4));
  }

  /** A u64 that is used as a count, length or offset. `what` names it in model_file_corrupt when it passes 2^53 - 1. */
  takeSize(what: string): number {
    const at = this.#advance(8);
    const size = this.#window.readUInt32LE(at + 4) * 2 ** 32 + this.#window.readUInt32LE(at);
    if (!Number.isSafeInteger(size)) throw this.corrupt(`${what} is impossibly large`);
    return size;
  }

  /** The next bytes as a view, valid until the next `need`. */
  takeBytes(bytes: number): Buffer {
    const at = this.#advance(bytes);
    return this.#window.subarray(at, at + bytes);
  }

  /** Moves on without reading. */
  skip(bytes: number): void {
    this.requireRemaining(bytes);
    this.#position += bytes;
  }

  /** Skips `count` strings, each a u64 length and its bytes, without making any of them. */
  async skipStrings(count: number): Promise<void> {
    this.requireRemaining(count * 8);
    for (let index = 0; index < count; index += 1) {
      if (this.bufferedBytes < 8) await this.need(8);
      this.skip(this.#takeStringLength(maxStringBytes));
    }
  }

  /** The same, and returns those of `wanted` that are among them. */
  async findStrings(count: number, wanted: ReadonlySet<string>): Promise<Set<string>> {
    this.requireRemaining(count * 8);
    const lengths = new Set([...wanted].map((text) => Buffer.byteLength(text)));
    const found = new Set<string>();
    for (let index = 0; index < count; index += 1) {
      if (this.bufferedBytes < 8) await this.need(8);
      const length = this.#takeStringLength(maxStringBytes);
      if (lengths.has(length)) {
        if (this.bufferedBytes < length) await this.need(length);
        const text = this.takeBytes(length).toString("utf8");
        if (wanted.has(text)) found.add(text);
      } else {
        this.skip(length);
      }
    }
    return found;
  }

  /** A string of at most `maxBytes` (16 MiB unless told); bytes that are not UTF-8 become U+FFFD. */
  async readText(maxBytes = maxStringBytes): Promise<string> {
    if (this.bufferedBytes < 8) await this.need(8);
    const length = this.#takeStringLength(maxBytes);
    this.requireRemaining(length);
    this.#textBytes += length;
    if (this.#textBytes > maxTextBytes) throw this.corrupt("the text in its metadata is too long");
    if (length <= this.#buffer.length) {
      await this.need(length);
      return this.takeBytes(length).toString("utf8");
    }
    const text = Buffer.allocUnsafe(length);
    const inWindow = this.takeBytes(this.bufferedBytes).copy(text);
    await this.#read(text.subarray(inWindow), length - inWindow);
    this.#position += length - inWindow;
    return text.toString("utf8");
  }

  /** The error for a header that contradicts the format. Never put text from the file into `problem`: it reaches logs. */
  corrupt(problem: string): MeshError<"model_file_corrupt"> {
    return new MeshError("model_file_corrupt", { path: this.#path, problem: `${problem} (byte ${this.#position})` });
  }

  /** The error for a file that ends before `expectedBytes`. */
  truncated(expectedBytes: number, sizeBytes = this.sizeBytes): MeshError<"model_file_truncated"> {
    return new MeshError("model_file_truncated", { path: this.#path, sizeBytes, expectedBytes });
  }

  /** Moves past buffered bytes and returns where in the window they begin. */
  #advance(bytes: number): number {
    if (this.bufferedBytes < bytes) throw new RangeError(`${bytes} bytes taken at ${this.#position} without need()`);
    const at = this.#position - this.#windowStart;
    this.#position += bytes;
    return at;
  }

  #takeStringLength(maxBytes: number): number {
    const length = this.takeSize("a string length");
    if (length > maxBytes) throw this.corrupt(`a string of ${length} bytes is longer than ${maxBytes}`);
    return length;
  }

  /** Reads into `target` from #position until at least `atLeast` bytes are there; returns how many are. */
  async #read(target: Buffer, atLeast: number): Promise<number> {
    let filled = 0;
    while (filled < atLeast) {
      if (this.#signal?.aborted) throw new MeshError("cancelled", {}, { cause: this.#signal.reason });
      const position = this.#position + filled;
      const { bytesRead } = await this.#handle.read(target, filled, target.length - filled, position);
      // The file was shorter than its size said: somebody cut it while we read.
      if (bytesRead === 0) throw this.truncated(this.#position + atLeast, position);
      filled += bytesRead;
    }
    return filled;
  }
}
