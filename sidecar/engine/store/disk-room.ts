import { statfs } from "node:fs/promises";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { formatByteSize } from "../../platform/byte-size.ts";

/** A model that could be deleted to make room. */
export interface FreeableModel {
  readonly id: string;
  readonly sizeBytes: number;
  /** Null when it was never used. */
  readonly lastUsedAt: string | null;
}

export interface DiskRoomOptions {
  readonly folder: string;
  readonly quotaBytes: number | undefined;
  /** Bytes that our own models take now. */
  readonly usedBytes: () => number;
  /** Our own models that are not in use. */
  readonly freeable: () => readonly FreeableModel[];
  /** Bytes that this user may still write there. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Left alone on the disk, in bytes: a machine whose disk is full to the last block does nothing well. */
const reserveBytes = 256 * 1024 * 1024;
const maxNamed = 8;

/** Says whether there is room for a model before it is fetched: minutes before the disk would say so. */
export class DiskRoom {
  readonly #options: DiskRoomOptions;

  constructor(options: DiskRoomOptions) {
    this.#options = options;
  }

  /**
   * `bytes` are still to be written, beside `plannedBytes` that the quota counts already as good as there.
   *
   * @throws MeshError `disk_space_insufficient`, `disk_quota_exceeded`
   */
  async require(bytes: number, plannedBytes = 0): Promise<void> {
    const { folder, quotaBytes, usedBytes, freeBytes = readFreeBytes } = this.#options;
    const used = usedBytes() + plannedBytes;
    if (quotaBytes !== undefined && used + bytes > quotaBytes) {
      throw new MeshError("disk_quota_exceeded", {
        needed: formatByteSize(bytes),
        used: formatByteSize(used),
        quota: formatByteSize(quotaBytes),
        freeable: this.#freeable(),
      });
    }
    const free = await freeBytes(folder);
    if (bytes + reserveBytes <= free) return;
    const numbers = { needed: formatByteSize(bytes + reserveBytes), free: formatByteSize(free) };
    throw new MeshError("disk_space_insufficient", { folder, ...numbers });
  }

  #freeable(): string[] {
    return this.#options
      .freeable()
      .toSorted((a, b) => (a.lastUsedAt ?? "").localeCompare(b.lastUsedAt ?? "") || b.sizeBytes - a.sizeBytes)
      .slice(0, maxNamed)
      .map(({ id, sizeBytes, lastUsedAt }) => {
        const used = lastUsedAt === null ? "never used" : `last used ${lastUsedAt.slice(0, 10)}`;
        return `${id} (${formatByteSize(sizeBytes)}, ${used})`;
      });
  }
}

async function readFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
