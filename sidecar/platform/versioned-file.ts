import { existsSync } from "node:fs";
import { copyFile, readFile, rename } from "node:fs/promises";
import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import { errorReason } from "./error-reason.ts";

export interface VersionedFileOptions<S extends z.ZodType> {
  readonly path: string;
  readonly schema: S;
  /** The content of a first start. */
  readonly initial: () => z.infer<S>;
  /** `migrations[n]` turns format n into format n + 1; the current format is their number. */
  readonly migrations: readonly ((content: unknown) => unknown)[];
  /** Whether a file of an older format is copied before it is migrated; so it is unless this says no. */
  readonly keepsOlder?: boolean;
}

/**
 * A small JSON file with a format number: `{ "format": n, "content": … }`. One process writes it (docs/FILES.md).
 * An older format is migrated, by default after a copy was put beside it; a newer one is refused rather than damaged. A file that
 * cannot be understood is moved aside, never overwritten.
 */
export class VersionedFile<S extends z.ZodType> {
  readonly #options: VersionedFileOptions<S>;
  #content: z.infer<S>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: VersionedFileOptions<S>, content: z.infer<S>) {
    this.#options = options;
    this.#content = content;
  }

  /** @throws MeshError `state_too_new`, `folder_unwritable` */
  static async open<S extends z.ZodType>(options: VersionedFileOptions<S>): Promise<VersionedFile<S>> {
    const stored = await readStored(options);
    const file = new VersionedFile(options, stored ?? options.initial());
    if (stored === undefined) await file.#save();
    return file;
  }

  get content(): z.infer<S> {
    return this.#content;
  }

  /** Replaces the content, in memory at once and on disk when the promise resolves. */
  async update(change: (content: z.infer<S>) => z.infer<S>): Promise<void> {
    this.#content = this.#options.schema.parse(change(this.#content));
    await this.#save();
  }

  async #save(): Promise<void> {
    const body = { format: this.#options.migrations.length, content: this.#content };
    const save = (): Promise<void> => writeFileAtomic(this.#options.path, `${JSON.stringify(body, null, 2)}\n`);
    // One write at a time, whatever became of the one before: the newest content must be the last on disk.
    this.#writing = this.#writing.then(save, save);
    await this.#writing;
  }
}

async function readStored<S extends z.ZodType>(options: VersionedFileOptions<S>): Promise<z.infer<S> | undefined> {
  const { path, migrations, keepsOlder = true } = options;
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const stored = parseStored(text);
  if (stored === undefined) return moveAside(path);
  if (stored.format > migrations.length) {
    throw new MeshError("state_too_new", { path, format: stored.format, supported: migrations.length });
  }
  const content = migrate(stored, options);
  if (content === undefined) return moveAside(path);
  if (stored.format < migrations.length) {
    if (keepsOlder) await copyFile(path, `${path}.format-${stored.format}.bak`);
    await writeFileAtomic(path, `${JSON.stringify({ format: migrations.length, content }, null, 2)}\n`);
  }
  return content;
}

/** The content in today's format; undefined when it is not what its format promises. */
function migrate<S extends z.ZodType>(
  stored: { readonly format: number; readonly content: unknown },
  { migrations, schema }: VersionedFileOptions<S>,
): z.infer<S> | undefined {
  try {
    return schema.parse(migrations.slice(stored.format).reduce((content, step) => step(content), stored.content));
  } catch {
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new MeshError("folder_unwritable", { path, reason: errorReason(cause) }, { cause });
  }
}

function parseStored(text: string): { format: number; content: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("format" in value) || !("content" in value)) return undefined;
    const { format, content } = value;
    return typeof format === "number" && Number.isInteger(format) && format >= 0 ? { format, content } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps every damaged file: the first may be the one that somebody wants back. */
async function moveAside(path: string): Promise<undefined> {
  let target = `${path}.damaged`;
  for (let number = 2; existsSync(target); number++) target = `${path}.damaged-${number}`;
  await rename(path, target);
  return undefined;
}
