import { createHash } from "node:crypto";
import { createReadStream, type Stats, statSync } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import { digestSchema } from "../../contract/mesh/ids.ts";
import { Emitter } from "../platform/emitter.ts";
import type { VersionedFile } from "../platform/versioned-file.ts";

/** Digests of model files, by path; each with what would change if the file did. */
export const digestCacheSchema = z.record(
  z.string(),
  z.object({ sizeBytes: z.number(), modifiedMs: z.number(), digest: digestSchema }),
);

type Entry = z.infer<typeof digestCacheSchema>[string];

const isSame = (entry: Entry, found: Stats | undefined): boolean =>
  found !== undefined && entry.sizeBytes === found.size && entry.modifiedMs === found.mtimeMs;

/**
 * SHA-256 of model files, computed one file at a time in the background and kept: a large file takes minutes to read.
 * A file whose size or time has changed is read again.
 */
export class DigestCache {
  readonly #file: VersionedFile<typeof digestCacheSchema>;
  readonly #known = new Map<string, Entry>();
  readonly #requested = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #didChange = new Emitter<string>();
  #queue: Promise<void> = Promise.resolve();

  /** Fires with the path of a file whose digest became known. */
  readonly onDidChange = this.#didChange.event;

  constructor(file: VersionedFile<typeof digestCacheSchema>) {
    this.#file = file;
  }

  /** Undefined until it is known. */
  get(path: string): string | undefined {
    return this.#known.get(path)?.digest;
  }

  /**
   * Asks for the digest of a file; `onDidChange` tells when it is there. A file that has changed since has no digest
   * from now on until it has been read again.
   */
  request(path: string): void {
    const known = this.#known.get(path);
    if (known !== undefined && !isSame(known, statSync(path, { throwIfNoEntry: false }))) this.#known.delete(path);
    if (this.#requested.has(path) || this.#stop.signal.aborted) return;
    this.#queue = this.#queue.then(async () => {
      try {
        await this.#compute(path);
      } catch {
        // The file is gone or cannot be read: its listing says so, and the next request tries again.
      } finally {
        this.#requested.delete(path);
      }
    });
    this.#requested.set(path, this.#queue);
  }

  /** The digest of a file, once it has been read; undefined when it cannot be. */
  async compute(path: string): Promise<string | undefined> {
    this.request(path);
    await this.#requested.get(path);
    return this.get(path);
  }

  /** Takes a digest that was computed while the file was written. */
  async record(path: string, digest: string): Promise<void> {
    const found = await stat(path);
    await this.#store(path, { sizeBytes: found.size, modifiedMs: found.mtimeMs, digest });
    this.#tell(path);
  }

  /** Resolves when nothing is being read any more. */
  async dispose(): Promise<void> {
    this.#stop.abort();
    await this.#queue;
  }

  async #compute(path: string): Promise<void> {
    if (this.#stop.signal.aborted || this.#known.has(path)) return;
    const found = await stat(path);
    const stored = this.#file.content[path];
    const isCurrent = stored !== undefined && isSame(stored, found);
    const digest = isCurrent ? stored.digest : await this.#hash(path);
    const entry = { sizeBytes: found.size, modifiedMs: found.mtimeMs, digest };
    if (isCurrent) this.#known.set(path, entry);
    else await this.#store(path, entry);
    this.#tell(path);
  }

  async #store(path: string, entry: Entry): Promise<void> {
    this.#known.set(path, entry);
    await this.#file.update((all) => ({ ...all, [path]: entry }));
  }

  #tell(path: string): void {
    // Whoever hears of it may ask anew at once.
    this.#requested.delete(path);
    this.#didChange.fire(path);
  }

  async #hash(path: string): Promise<string> {
    const sum = createHash("sha256");
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), sum, { signal: this.#stop.signal });
    return sum.digest("hex");
  }
}
