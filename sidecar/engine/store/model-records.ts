import { stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { digestSchema } from "../../../contract/mesh/ids.ts";
import type { ModelVerification } from "../../../contract/mesh/model.ts";
import { VersionedFile } from "../../platform/versioned-file.ts";

const recordSchema = z.object({
  /** Size and time of the file that this was written about: another file under the same name has no record. */
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  /** Where it came from, for people; null for a file that was put there by hand. */
  source: z.string().nullable(),
  digest: digestSchema.nullable(),
  /** Who said beforehand what the digest must be; null when nobody did. */
  verifiedBy: z.enum(["hub", "person"]).nullable(),
  lastUsedAt: z.string().nullable(),
});
export type ModelRecord = z.infer<typeof recordSchema>;

const recordsSchema = z.record(z.string(), recordSchema);

/** A use is noted at most this often, so that a busy model does not write to the disk all day. */
const useIntervalMs = 60 * 60 * 1000;

/** What is known of model files besides their content: where they came from, and when they were last used. */
export class ModelRecords {
  readonly #file: VersionedFile<typeof recordsSchema>;

  private constructor(file: VersionedFile<typeof recordsSchema>) {
    this.#file = file;
  }

  /** @throws MeshError `state_too_new`, `folder_unwritable` */
  static async open(stateFolder: string): Promise<ModelRecords> {
    return new ModelRecords(
      await VersionedFile.open({
        path: join(stateFolder, "models.json"),
        schema: recordsSchema,
        initial: () => ({}),
        // The first format: there is nothing older to migrate from.
        migrations: [],
      }),
    );
  }

  get(path: string): ModelRecord | undefined {
    return Object.hasOwn(this.#file.content, path) ? this.#file.content[path] : undefined;
  }

  /** Whether the files that this node has fetched were checked; null when they are not those that it fetched. */
  verification(paths: readonly string[], digestOf: (path: string) => string | undefined): ModelVerification | null {
    const records = paths.map((path) => {
      const record = this.get(path);
      return record?.digest != null && record.digest === digestOf(path) ? record : undefined;
    });
    if (records.includes(undefined)) return null;
    return records.every((record) => record?.verifiedBy != null) ? "verified" : "unverified";
  }

  async put(path: string, what: Pick<ModelRecord, "source" | "digest" | "verifiedBy">): Promise<void> {
    const found = await stat(path);
    const lastUsedAt = new Date().toISOString();
    const record = { sizeBytes: found.size, modifiedMs: found.mtimeMs, lastUsedAt, ...what };
    await this.#file.update((all) => ({ ...all, [path]: record }));
  }

  /** Notes that a model is being used. */
  async touch(path: string, now = new Date()): Promise<void> {
    const known = this.get(path);
    if (known?.lastUsedAt != null && now.getTime() - Date.parse(known.lastUsedAt) < useIntervalMs) return;
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return;
    const { size: sizeBytes, mtimeMs: modifiedMs } = found;
    const isSame = known?.sizeBytes === sizeBytes && known.modifiedMs === modifiedMs;
    const base = isSame ? known : { sizeBytes, modifiedMs, source: null, digest: null, verifiedBy: null };
    await this.#file.update((all) => ({ ...all, [path]: { ...base, lastUsedAt: now.toISOString() } }));
  }

  async remove(paths: readonly string[]): Promise<void> {
    await this.#file.update((all) => Object.fromEntries(Object.entries(all).filter(([path]) => !paths.includes(path))));
  }
}
