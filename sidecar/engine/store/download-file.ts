import { createHash } from "node:crypto";
import type { ErrorCode } from "../../../contract/errors/catalogue.ts";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { readGgufHeader } from "../gguf-header.ts";
import { type DownloadClient, type DownloadResponse, interrupted } from "./download-client.ts";
import { type DownloadJournal, PartialFile, type WriteAll } from "./partial-file.ts";

export interface FileToDownload {
  readonly url: URL;
  /** The name that it will have in the models folder. */
  readonly fileName: string;
  /** As declared by the hub; null when only the answer itself tells. */
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
}

export interface DownloadFileContext {
  readonly client: DownloadClient;
  readonly stagingFolder: string;
  /** What the person asked for; errors name it. */
  readonly source: string;
  readonly signal: AbortSignal;
  /** Called with the bytes that are there and the whole size, if known. */
  readonly onReceived: (receivedBytes: number, totalBytes: number | null) => void;
  readonly onVerifying: () => void;
  /** Called once the size is known that was not declared. @throws MeshError when there is no room for it */
  readonly onSizeKnown: (remainingBytes: number) => Promise<void>;
  /** Waits between two attempts, in milliseconds. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly write?: WriteAll | undefined;
}

/** A whole file in the staging folder, with what is known of it. */
export interface StagedFile {
  readonly partial: PartialFile;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** True when the digest was known beforehand, and was right. */
  readonly isVerified: boolean;
}

/** Attempts in a row that bring nothing before it is given up. */
const maxFruitlessAttempts = 5;
/** A server that asks for more patience than this is told to the person instead. */
const maxPatienceSeconds = 30;
const magic = Buffer.from("GGUF");
/** After these, what has been fetched is of no use to another attempt. */
const hopeless: ReadonlySet<string> = new Set<ErrorCode>([
  "download_not_found",
  "download_not_model",
  "download_size_mismatch",
  "digest_mismatch",
  "model_file_truncated",
  "model_file_corrupt",
]);

/** The name of a download in the staging folder. */
export const stagingKey = (url: URL): string => createHash("sha256").update(url.href).digest("hex").slice(0, 32);

/**
 * Fetches one file into the staging folder, goes on where an earlier attempt stopped, and verifies it.
 *
 * @throws MeshError see `DownloadClient.get`; `download_not_model`, `download_size_mismatch`, `digest_mismatch`,
 * `disk_full`, `folder_unwritable`, `model_file_*`; the signal's reason
 */
export async function downloadFile(file: FileToDownload, context: DownloadFileContext): Promise<StagedFile> {
  const partial = new PartialFile(context.stagingFolder, stagingKey(file.url), context.write);
  const download = new FileDownload(file, context, partial);
  try {
    return await download.run();
  } catch (error) {
    if (partial.sizeBytes === 0 || (error instanceof MeshError && hopeless.has(error.code))) await partial.discard();
    throw error;
  } finally {
    await partial.close();
  }
}

class FileDownload {
  readonly #file: FileToDownload;
  readonly #context: DownloadFileContext;
  readonly #partial: PartialFile;
  #etag: string | null = null;
  #totalBytes: number | null;
  /** From the hub's list, the person, or the hub's answer itself. */
  #sha256: string | null;

  constructor(file: FileToDownload, context: DownloadFileContext, partial: PartialFile) {
    this.#file = file;
    this.#context = context;
    this.#partial = partial;
    this.#totalBytes = file.sizeBytes;
    this.#sha256 = file.sha256;
  }

  async run(): Promise<StagedFile> {
    const { url, sizeBytes, sha256 } = this.#file;
    const { signal } = this.#context;
    this.#etag = await this.#partial.open({ url: url.href, sizeBytes, sha256 }, signal);
    const resumedAt = this.#partial.sizeBytes;
    try {
      await this.#fetchAll();
      return await this.#verify();
    } catch (error) {
      // After a power cut the beginning may be wrong without any sign of it. Only a whole new copy can tell.
      const isWrong = error instanceof MeshError && ["digest_mismatch", "download_size_mismatch"].includes(error.code);
      if (!isWrong || resumedAt === 0) throw error;
      await this.#partial.discard();
      await this.#partial.open({ url: url.href, sizeBytes, sha256 }, signal);
      this.#etag = null;
      await this.#fetchAll();
      return await this.#verify();
    }
  }

  async #fetchAll(): Promise<void> {
    const { signal, wait } = this.#context;
    for (let fruitless = 0; !this.#isComplete; ) {
      const before = this.#partial.sizeBytes;
      try {
        if (await this.#fetch()) return;
      } catch (error) {
        signal.throwIfAborted();
        fruitless = this.#partial.sizeBytes > before ? 1 : fruitless + 1;
        const delayMs = patience(error, fruitless);
        if (delayMs === undefined) throw error;
        await wait(delayMs, signal);
      }
    }
  }

  get #isComplete(): boolean {
    return this.#totalBytes !== null && this.#partial.sizeBytes === this.#totalBytes;
  }

  /** One request. True when the server says that this was all. */
  async #fetch(): Promise<boolean> {
    const { client, source, signal } = this.#context;
    const offset = this.#partial.sizeBytes;
    const headers =
      offset > 0 && this.#etag !== null ? { range: `bytes=${offset}-`, "if-range": this.#etag } : undefined;
    if (offset > 0 && headers === undefined) await this.#restart();
    const response = await client.get(this.#file.url, { source, signal, accept: [416], ...(headers && { headers }) });
    try {
      return await this.#take(response, offset);
    } finally {
      response.body.destroy();
    }
  }

  async #take(response: DownloadResponse, offset: number): Promise<boolean> {
    const { status, headers, host } = response;
    const range = status === 206 ? readContentRange(headers["content-range"]) : undefined;
    if (status !== 200 && range?.start !== offset) {
      // What is there is not the beginning of what the server has now. From zero there is no range to get wrong.
      if (offset === 0) throw new MeshError("download_refused", { host, status });
      await this.#restart();
      return false;
    }
    if (/\b(text\/html|application\/xhtml)/i.test(String(headers["content-type"] ?? ""))) throw this.#notModel();
    if (status === 200 && offset > 0) await this.#restart();
    const declared = range?.total ?? readLength(headers["content-length"]);
    await this.#begin(response, declared ?? null);
    try {
      for await (const chunk of response.body) await this.#append(chunk as Buffer);
    } catch (error) {
      if (error instanceof MeshError) throw error;
      throw interrupted(host, error);
    } finally {
      // After an error on the way as well: the next attempt, or the next process, goes on from here.
      await this.#partial.flush();
    }
    if (this.#totalBytes !== null && this.#partial.sizeBytes < this.#totalBytes) {
      throw new MeshError("download_interrupted", { host, reason: "it ended too early" });
    }
    return true;
  }

  /** Holds what the answer declares against what is expected, and notes it. */
  async #begin(response: DownloadResponse, declaredBytes: number | null): Promise<void> {
    const { url, sizeBytes, sha256 } = this.#file;
    if (sizeBytes !== null && declaredBytes !== null && declaredBytes !== sizeBytes) {
      throw this.#wrongSize(declaredBytes);
    }
    const { linkedDigest } = response;
    if (sha256 !== null && linkedDigest !== null && sha256 !== linkedDigest) {
      throw new MeshError("digest_mismatch", { file: this.#file.fileName, expected: sha256, actual: linkedDigest });
    }
    this.#sha256 = sha256 ?? linkedDigest;
    this.#totalBytes = sizeBytes ?? declaredBytes;
    this.#etag = strongEtag(response.headers.etag);
    const journal: DownloadJournal = {
      url: url.href,
      etag: this.#etag,
      sizeBytes: this.#totalBytes,
      sha256: this.#sha256,
    };
    await this.#partial.describe(journal);
    if (sizeBytes === null && declaredBytes !== null) {
      await this.#context.onSizeKnown(declaredBytes - this.#partial.sizeBytes);
    }
  }

  async #append(chunk: Buffer): Promise<void> {
    const { signal, onReceived } = this.#context;
    signal.throwIfAborted();
    const at = this.#partial.sizeBytes;
    // Not worth a gigabyte to find out: a wrong file shows in its first bytes.
    const expected = magic.subarray(at, at + chunk.length);
    if (!chunk.subarray(0, expected.length).equals(expected)) throw this.#notModel();
    if (this.#totalBytes !== null && at + chunk.length > this.#totalBytes) throw this.#wrongSize(at + chunk.length);
    await this.#partial.append(chunk);
    onReceived(this.#partial.sizeBytes, this.#totalBytes);
  }

  async #verify(): Promise<StagedFile> {
    this.#context.onVerifying();
    const actual = await this.#partial.finish();
    const expected = this.#sha256;
    if (expected !== null && actual !== expected) {
      throw new MeshError("digest_mismatch", { file: this.#file.fileName, expected, actual });
    }
    // Without a declared size, a file that breaks off looks complete until its own header is asked.
    await readGgufHeader(this.#partial.path, { signal: this.#context.signal });
    return {
      partial: this.#partial,
      sizeBytes: this.#partial.sizeBytes,
      sha256: actual,
      isVerified: expected !== null,
    };
  }

  async #restart(): Promise<void> {
    this.#etag = null;
    await this.#partial.restart();
  }

  #notModel(): MeshError {
    return new MeshError("download_not_model", { source: this.#context.source });
  }

  #wrongSize(actualBytes: number): MeshError {
    const expectedBytes = this.#totalBytes ?? 0;
    return new MeshError("download_size_mismatch", { source: this.#context.source, expectedBytes, actualBytes });
  }
}

/** How long to wait before the next attempt, in milliseconds; undefined when there should be none. */
function patience(error: unknown, fruitless: number): number | undefined {
  if (!(error instanceof MeshError) || fruitless >= maxFruitlessAttempts) return undefined;
  if (error.code === "download_interrupted") return Math.min(1000 * 2 ** (fruitless - 1), 15_000);
  if (error.code !== "download_rate_limited") return undefined;
  const { seconds } = error.params as { seconds: number };
  return seconds <= maxPatienceSeconds ? seconds * 1000 : undefined;
}

const strongEtag = (header: string | string[] | undefined): string | null =>
  typeof header === "string" && header.startsWith('"') ? header : null;

const readLength = (header: string | string[] | undefined): number | undefined =>
  typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : undefined;

function readContentRange(
  header: string | string[] | undefined,
): { start: number; total: number | undefined } | undefined {
  const found = typeof header === "string" ? /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(header) : null;
  if (found === null) return undefined;
  return { start: Number(found[1]), total: found[2] === "*" ? undefined : Number(found[2]) };
}
