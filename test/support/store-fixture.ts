import { createHash } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { DownloadProgress } from "../../contract/mesh/download-progress.ts";
import { DigestCache, digestCacheSchema } from "../../sidecar/engine/digest-cache.ts";
import { ModelCatalogue } from "../../sidecar/engine/model-catalogue.ts";
import { DiskRoom } from "../../sidecar/engine/store/disk-room.ts";
import { DownloadClient, type DownloadClientOptions } from "../../sidecar/engine/store/download-client.ts";
import { Downloads, type DownloadsOptions } from "../../sidecar/engine/store/downloads.ts";
import { Hub } from "../../sidecar/engine/store/hub.ts";
import { ModelRecords } from "../../sidecar/engine/store/model-records.ts";
import { ModelShelf } from "../../sidecar/engine/store/model-shelf.ts";
import { VersionedFile } from "../../sidecar/platform/versioned-file.ts";
import { ggufBytes, ggufValue } from "./gguf-bytes.ts";
import { RecordingLog } from "./recording-log.ts";

export const sha256 = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");

/** A well-formed model file of a given size, with content that differs by name. */
export function modelBytes(name: string, dataBytes = 64 * 1024): Buffer {
  const bytes = ggufBytes({
    metadata: [["general.name", ggufValue.string(name)]],
    tensors: [{ name: "token_embd.weight", dimensions: [dataBytes / 4] }],
    dataBytes,
  });
  bytes.fill(sha256(name), bytes.length - dataBytes);
  return bytes;
}

export interface StoreFixtureOptions {
  readonly folder: string;
  readonly hubEndpoint: string;
  readonly client?: Partial<DownloadClientOptions>;
  readonly downloads?: Partial<DownloadsOptions>;
  readonly quotaBytes?: number;
  readonly freeBytes?: number;
}

/** The parts of the model store that download, without a node around them. Waits between attempts take no time. */
export class StoreFixture {
  readonly models: string;
  readonly catalogue: ModelCatalogue;
  readonly records: ModelRecords;
  readonly digests: DigestCache;
  readonly downloads: Downloads;
  readonly log = new RecordingLog();
  readonly waits: number[] = [];
  readonly #client: DownloadClient;

  private constructor(options: StoreFixtureOptions, digests: DigestCache, records: ModelRecords) {
    this.models = join(options.folder, "models");
    mkdirSync(this.models, { recursive: true });
    this.digests = digests;
    this.records = records;
    this.catalogue = new ModelCatalogue({
      bundledFolder: join(options.folder, "bundled"),
      modelsFolder: this.models,
      addedPaths: () => [],
      digests,
      records,
    });
    const { hubEndpoint } = options;
    this.#client = new DownloadClient({ hubEndpoint, ...options.client });
    const ours = () =>
      this.catalogue.models.map(({ id, header, path }) => ({ id, sizeBytes: header?.sizeBytes ?? 0, path }));
    const room = new DiskRoom({
      folder: this.models,
      quotaBytes: options.quotaBytes,
      usedBytes: () => ours().reduce((total, model) => total + model.sizeBytes, 0),
      freeable: () => ours().map((model) => ({ ...model, lastUsedAt: records.get(model.path)?.lastUsedAt ?? null })),
      freeBytes: async () => options.freeBytes ?? 1e12,
    });
    this.downloads = new Downloads({
      client: this.#client,
      hub: new Hub(this.#client, hubEndpoint),
      hubEndpoint,
      shelf: new ModelShelf({ modelsFolder: this.models, catalogue: this.catalogue, digests, records }),
      room,
      log: this.log,
      wait: async (delayMs) => void this.waits.push(delayMs),
      ...options.downloads,
    });
  }

  static async open(options: StoreFixtureOptions): Promise<StoreFixture> {
    mkdirSync(options.folder, { recursive: true });
    const path = join(options.folder, "digests.json");
    const file = await VersionedFile.open({ path, schema: digestCacheSchema, initial: () => ({}), migrations: [] });
    return new StoreFixture(options, new DigestCache(file), await ModelRecords.open(options.folder));
  }

  async download(source: string, sha256?: string, onProgress?: (progress: DownloadProgress) => void): Promise<string> {
    const { signal } = new AbortController();
    return await this.downloads.download({ source, sha256 }, { signal, onProgress });
  }

  /** The models as they are listed now. */
  async ids(): Promise<string[]> {
    await this.catalogue.refresh();
    return this.catalogue.models.map((model) => model.id);
  }

  /** Everything below the models folder, staging included. */
  get files(): string[] {
    return readdirSync(this.models, { recursive: true, encoding: "utf8" })
      .filter((name) => name !== ".downloads")
      .toSorted();
  }

  async dispose(): Promise<void> {
    await this.downloads.dispose();
    await this.#client.dispose();
    await this.digests.dispose();
  }
}
