import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { writeFileAtomic } from "../platform/atomic-file.ts";
import { errorReason } from "../platform/error-reason.ts";

export interface ConfigurationHistoryOptions {
  readonly stateFolder: string;
  /** The date, in milliseconds since 1970. */
  readonly today: () => number;
  /** A text could not be kept, for this reason. */
  readonly onProblem: (reason: string) => void;
}

export interface ConfigurationVersion {
  /** The moment and the beginning of its digest; also its file's name. */
  readonly id: string;
  readonly at: Date;
  readonly bytes: number;
}

const maxVersions = 20;
const maxBytes = 4 * 1024 * 1024;
/** `20261121T172000123Z-0123456789ab` */
const idPattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([0-9a-f]{12})$/;

/**
 * The texts that the node has run with, each once, in files that only their owner can read: the way back after a change,
 * whoever made it. The newest is the one that counts now.
 */
export class ConfigurationHistory {
  readonly #options: ConfigurationHistoryOptions;
  readonly #folder: string;

  constructor(options: ConfigurationHistoryOptions) {
    this.#options = options;
    this.#folder = join(options.stateFolder, "configuration-history");
  }

  /** Puts a text on top. Never rejects: a full disk must not keep a setting from counting. */
  async keep(text: string): Promise<void> {
    try {
      const versions = await this.list();
      const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
      const [newest] = versions;
      if (newest?.id.endsWith(digest) === true) return;
      // Where there was never a file, there is nothing to come back to.
      if (newest === undefined && text === "") return;
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const moment = new Date(Math.max(this.#options.today(), (newest?.at.getTime() ?? 0) + 1));
      await writeFileAtomic(this.#pathOf(`${moment.toISOString().replace(/[-:.]/g, "")}-${digest}`), text);
      await this.#prune(await this.list(), digest);
    } catch (error) {
      this.#options.onProblem(errorReason(error));
    }
  }

  /** Newest first. */
  async list(): Promise<ConfigurationVersion[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const ids = names.filter((name) => name.endsWith(".yaml")).map((name) => name.slice(0, -".yaml".length));
    const versions = ids.map(async (id): Promise<ConfigurationVersion | undefined> => {
      const at = momentOf(id);
      const size = at === undefined ? undefined : await stat(this.#pathOf(id)).catch(() => undefined);
      return at === undefined || size === undefined ? undefined : { id, at, bytes: size.size };
    });
    const found = (await Promise.all(versions)).filter((version) => version !== undefined);
    return found.sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** @throws MeshError `configuration_version_unknown` */
  async read(id: string): Promise<string> {
    const unknown = (cause?: unknown): MeshError =>
      new MeshError("configuration_version_unknown", { id: id.slice(0, 100) }, { cause });
    // A name of ours and nothing else: it becomes a part of a path.
    if (momentOf(id) === undefined) throw unknown();
    try {
      return await readFile(this.#pathOf(id), "utf8");
    } catch (cause) {
      throw unknown(cause);
    }
  }

  /** Older files with the same text go, and what is beyond the limits; the newest always stays. */
  async #prune([newest, ...older]: ConfigurationVersion[], digest: string): Promise<void> {
    let bytes = newest?.bytes ?? 0;
    let kept = 1;
    for (const { id, bytes: size } of older) {
      const isSame = id.endsWith(digest);
      if (!isSame && kept < maxVersions && bytes + size <= maxBytes) {
        bytes += size;
        kept++;
      } else await rm(this.#pathOf(id), { force: true });
    }
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.yaml`);
  }
}

function momentOf(id: string): Date | undefined {
  const parts = idPattern.exec(id);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, millisecond] = parts;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
