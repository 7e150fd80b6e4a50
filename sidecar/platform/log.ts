import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { redact } from "./redact.ts";

export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Metadata only: names, counts, sizes, durations, error codes. Never a prompt, an answer or a key. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  error(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
}

export interface FileLogOptions {
  readonly folder: string;
  readonly level: LogLevel;
  /** A file is moved aside when it would grow beyond this. */
  readonly maxBytes?: number;
  /** How many old files are kept. */
  readonly keep?: number;
  readonly now?: () => Date;
}

/** How long one field may be: a hostile name must not fill the disk. */
const maxFieldCharacters = 2000;

/**
 * A log of one JSON object per line in `node.log`, with `node.log.1` the newest old file.
 * Writes are synchronous: lines are few, and those just before a crash are the ones that matter.
 */
export class FileLog implements Log {
  readonly path: string;
  readonly #options: Required<FileLogOptions>;
  #descriptor: number | undefined;
  #sizeBytes = 0;

  constructor(options: FileLogOptions) {
    this.#options = { maxBytes: 4 * 1024 * 1024, keep: 3, now: () => new Date(), ...options };
    this.path = join(options.folder, "node.log");
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#open();
  }

  error(event: string, fields?: LogFields): void {
    this.#write("error", event, fields);
  }
  warn(event: string, fields?: LogFields): void {
    this.#write("warn", event, fields);
  }
  info(event: string, fields?: LogFields): void {
    this.#write("info", event, fields);
  }
  debug(event: string, fields?: LogFields): void {
    this.#write("debug", event, fields);
  }

  dispose(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #write(level: LogLevel, event: string, fields: LogFields = {}): void {
    if (this.#descriptor === undefined || logLevels.indexOf(level) > logLevels.indexOf(this.#options.level)) return;
    const safe = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? clean(value) : value,
    ]);
    const record = {
      time: this.#options.now().toISOString(),
      level,
      event,
      pid: process.pid,
      ...Object.fromEntries(safe),
    };
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      if (this.#sizeBytes + line.length > this.#options.maxBytes && this.#sizeBytes > 0) this.#rotate();
      writeSync(this.#descriptor, line);
      this.#sizeBytes += line.length;
    } catch {
      // A full disk must not take the node down with it; there is no other place to report to.
      this.dispose();
    }
  }

  #open(): void {
    this.#descriptor = openSync(this.path, "a", 0o600);
    this.#sizeBytes = statSync(this.path).size;
  }

  #rotate(): void {
    this.dispose();
    rmSync(`${this.path}.${this.#options.keep}`, { force: true });
    for (let age = this.#options.keep - 1; age >= 0; age--) {
      const from = age === 0 ? this.path : `${this.path}.${age}`;
      if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${this.path}.${age + 1}`);
    }
    this.#open();
  }
}

/** Redacts before it cuts: half a key would not be recognised as one. */
function clean(text: string): string {
  const safe = redact(text);
  return safe.length > maxFieldCharacters ? `${safe.slice(0, maxFieldCharacters)}…` : safe;
}
