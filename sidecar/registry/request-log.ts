import { appendFile, chmod, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type RequestRecord, requestRecordSchema } from "../../contract/mesh/routing.ts";
import type { RequestFilter } from "../../contract/rpc/routes.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";
import { errorReason } from "../platform/error-reason.ts";
import type { Log } from "../platform/log.ts";
import { countLines, linesFromEnd } from "./line-file.ts";
import { PendingLines } from "./pending-lines.ts";

export interface RequestLogOptions {
  readonly folder: string;
  /** How many requests are remembered; between this and twice as many are on disk. 0 remembers none. */
  readonly limit: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RequestPage {
  readonly records: readonly RequestRecord[];
  readonly hasMore: boolean;
}

/** How long records wait in memory for each other: one write serves them all, in milliseconds. */
const flushMs = 250;
/** Lines that are looked through before others get a turn. */
const linesPerTurn = 256;

/**
 * The last requests of this node, one JSON object per line in `requests.jsonl` (0600), with `requests.1.jsonl` before it.
 * Metadata only: that a prompt cannot get here is the type's doing. A line that cannot be read is left out.
 */
export class RequestLog implements Disposable {
  readonly #options: RequestLogOptions;
  readonly #path: string;
  readonly #oldPath: string;
  readonly #pending = new PendingLines();
  #lines = 0;
  #writing: Promise<void>;
  #timer: Disposable | undefined;
  #hasFailed = false;

  constructor(options: RequestLogOptions) {
    this.#options = options;
    this.#path = join(options.folder, "requests.jsonl");
    this.#oldPath = join(options.folder, "requests.1.jsonl");
    this.#writing = this.#prepare();
  }

  /** Remembers a request. It is written a moment later, with others. */
  append(record: RequestRecord): void {
    if (this.#options.limit === 0) return;
    this.#pending.push(JSON.stringify(record));
    this.#timer ??= this.#options.clock.after(flushMs, () => void this.flush());
  }

  /** Resolves when everything that was appended is on disk. */
  async flush(): Promise<void> {
    void this.#timer?.dispose();
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  /** Newest first. */
  async list(filter: RequestFilter, page: { readonly limit: number; readonly before?: string }): Promise<RequestPage> {
    const records: RequestRecord[] = [];
    let isOlder = page.before === undefined;
    for await (const record of this.#newestFirst()) {
      if (!isOlder) {
        isOlder = record.id === page.before;
        continue;
      }
      // They are in the order in which they ended; one that took long may have begun before the next older one.
      if (!matches(record, filter)) continue;
      if (records.length === page.limit) return { records, hasMore: true };
      records.push(record);
    }
    return { records, hasMore: false };
  }

  async get(id: string): Promise<RequestRecord | null> {
    for await (const record of this.#newestFirst()) if (record.id === id) return record;
    return null;
  }

  async dispose(): Promise<void> {
    await this.flush();
  }

  /** What an earlier node has left counts as well. */
  async #prepare(): Promise<void> {
    const { folder, limit, log } = this.#options;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (limit === 0) await this.#forget();
      const { lines, isWhole } = await countLines(this.#path);
      this.#lines = lines;
      // A crash in the middle of a write leaves half a line, which must not damage the next one.
      if (!isWhole) await appendFile(this.#path, "\n");
    } catch (error) {
      log.warn("requests.notRemembered", { reason: errorReason(error) });
    }
  }

  async #forget(): Promise<void> {
    await Promise.all([this.#path, this.#oldPath].map((path) => rm(path, { force: true })));
  }

  /** Never rejects: a full disk must not stop requests. */
  async #write(): Promise<void> {
    const lines = this.#pending.take();
    const { count, bytes } = lines;
    const { limit, log } = this.#options;
    try {
      if (count === 0) return;
      if (this.#lines >= limit) {
        // Somebody may have deleted it.
        await rename(this.#path, this.#oldPath).catch(ignoreMissing);
        this.#lines = 0;
      }
      const isNew = this.#lines === 0;
      await appendFile(this.#path, bytes, { mode: 0o600 });
      if (isNew) await chmod(this.#path, 0o600);
      this.#lines += count;
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) log.warn("requests.notRemembered", { reason: errorReason(error) });
      this.#hasFailed = true;
    } finally {
      this.#pending.giveBack(lines);
    }
  }

  async *#newestFirst(): AsyncGenerator<RequestRecord> {
    await this.flush();
    // Both are opened before they are read, so that a rotation in between neither doubles nor loses a record.
    const files = await Promise.all([this.#path, this.#oldPath].map((path) => open(path, "r").catch(() => undefined)));
    let seen = 0;
    try {
      for (const file of files) {
        if (file === undefined) continue;
        for await (const line of linesFromEnd(file)) {
          const record = read(line);
          if (++seen % linesPerTurn === 0) await nextTurn();
          if (record !== undefined) yield record;
        }
      }
    } finally {
      await Promise.all(files.map((file) => file?.close()));
    }
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

function read(line: string): RequestRecord | undefined {
  try {
    return requestRecordSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function matches(record: RequestRecord, { model, backend, client, onlyFailed, since }: RequestFilter): boolean {
  const { explanation, answeredBy, attempts, error, at } = record;
  if (model !== undefined && explanation.asked !== model && answeredBy?.model !== model) return false;
  if (backend !== undefined && !attempts.some((attempt) => attempt.backend === backend)) return false;
  if (client !== undefined && record.client !== client) return false;
  if (onlyFailed && error === null) return false;
  return since === undefined || Date.parse(at) >= Date.parse(since);
}
