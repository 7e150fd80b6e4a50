import { createHash, type Hash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import { errorReason } from "../../platform/error-reason.ts";

/** What must still hold for the bytes that are there to be the beginning of the file that is wanted. */
const journalSchema = z.object({
  format: z.literal(0),
  url: z.string(),
  /** Strong validator of the server that sent the bytes; null when it gave none. */
  etag: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  sha256: z.string().nullable(),
});
export type DownloadJournal = Omit<z.infer<typeof journalSchema>, "format">;

/** Writes all of these; as an argument so that a test can have a full disk. */
export type WriteAll = (handle: FileHandle, pieces: readonly Buffer[], position: number) => Promise<void>;

/** Pieces of the network are small; one write to the disk per this many bytes. */
const writeBytes = 1024 * 1024;

/**
 * A file that is being fetched: `<key>.part` and, beside it, `<key>.json`, which says what it is the beginning of. Both
 * survive the process. The digest runs along; what a former process has fetched is read once to catch up.
 */
export class PartialFile {
  readonly path: string;
  readonly #folder: string;
  readonly #journalPath: string;
  readonly #write: WriteAll;
  #handle: FileHandle | undefined;
  #hash: Hash = createHash("sha256");
  #sizeBytes = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(folder: string, key: string, write: WriteAll = writeAll) {
    this.#folder = folder;
    this.path = join(folder, `${key}.part`);
    this.#journalPath = join(folder, `${key}.json`);
    this.#write = write;
  }

  /** Bytes received, those not yet written included. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /**
   * Opens it, and takes over what is there when it is the beginning of the wanted file. Returns the validator to resume
   * with; null when it begins at zero.
   */
  async open(wanted: Omit<DownloadJournal, "etag">, signal: AbortSignal): Promise<string | null> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      this.#handle = await open(this.path, constants.O_RDWR | constants.O_CREAT, 0o644);
    } catch (cause) {
      throw new MeshError("folder_unwritable", { path: this.#folder, reason: errorReason(cause) }, { cause });
    }
    const journal = await this.#readJournal();
    if (journal === undefined || journal.etag === null || !isSameFile(journal, wanted)) {
      await this.restart();
      return null;
    }
    for await (const chunk of createReadStream(this.path, { highWaterMark: writeBytes, signal })) {
      this.#hash.update(chunk as Buffer);
      this.#sizeBytes += (chunk as Buffer).length;
    }
    if (wanted.sizeBytes !== null && this.#sizeBytes > wanted.sizeBytes) await this.restart();
    return this.#sizeBytes === 0 ? null : journal.etag;
  }

  /** Begins anew at zero. */
  async restart(): Promise<void> {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#sizeBytes = 0;
    this.#hash = createHash("sha256");
    await this.#opened.truncate(0);
    await rm(this.#journalPath, { force: true });
  }

  /** Notes what the bytes that follow are the beginning of. */
  async describe(journal: DownloadJournal): Promise<void> {
    await writeFileAtomic(this.#journalPath, JSON.stringify({ format: 0, ...journal }));
  }

  /** @throws MeshError `disk_full`, `folder_unwritable` */
  async append(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk);
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    this.#sizeBytes += chunk.length;
    if (this.#pendingBytes >= writeBytes) await this.flush();
  }

  async flush(): Promise<void> {
    const pieces = this.#pending;
    const position = this.#sizeBytes - this.#pendingBytes;
    if (pieces.length === 0) return;
    this.#pending = [];
    this.#pendingBytes = 0;
    try {
      await this.#write(this.#opened, pieces, position);
    } catch (cause) {
      // What of it reached the disk is unknown: the next attempt goes by what is there.
      const reason = errorReason(cause);
      const isFull = reason === "ENOSPC" || reason === "EDQUOT";
      throw isFull
        ? new MeshError("disk_full", { folder: this.#folder }, { cause })
        : new MeshError("folder_unwritable", { path: this.#folder, reason }, { cause });
    }
  }

  /** The digest of all bytes, once everything is on the disk to stay. */
  async finish(): Promise<string> {
    await this.flush();
    await this.#opened.sync();
    return this.#hash.copy().digest("hex");
  }

  /** Keeps what is there for the next attempt. */
  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Removes the journal, and the file if it is still there. */
  async discard(): Promise<void> {
    await this.close();
    await rm(this.#journalPath, { force: true });
    await rm(this.path, { force: true });
  }

  get #opened(): FileHandle {
    if (this.#handle === undefined) throw new Error("The partial file is not open");
    return this.#handle;
  }

  async #readJournal(): Promise<DownloadJournal | undefined> {
    try {
      return journalSchema.safeParse(JSON.parse(await readFile(this.#journalPath, "utf8"))).data;
    } catch {
      // None, or one that a crash cut short: the bytes are then of no known file.
      return undefined;
    }
  }
}

/** How many bytes of a download are there already; zero when it was never begun. */
export async function partialBytes(folder: string, key: string): Promise<number> {
  return (await stat(join(folder, `${key}.part`)).catch(() => undefined))?.size ?? 0;
}

function isSameFile(journal: DownloadJournal, wanted: Omit<DownloadJournal, "etag">): boolean {
  const agrees = <T>(a: T | null, b: T | null): boolean => a === null || b === null || a === b;
  return (
    journal.url === wanted.url && agrees(journal.sizeBytes, wanted.sizeBytes) && agrees(journal.sha256, wanted.sha256)
  );
}

async function writeAll(handle: FileHandle, pieces: readonly Buffer[], position: number): Promise<void> {
  const bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
