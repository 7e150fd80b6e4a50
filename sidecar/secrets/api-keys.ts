import { randomBytes, timingSafeEqual } from "node:crypto";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import {
  type ApiKeyChanges,
  type ApiKeySettings,
  type ApiKeySummary,
  apiKeySummarySchema,
  defaultApiKeyScopes,
} from "../../contract/mesh/api-key.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";
import { VersionedFile } from "../platform/versioned-file.ts";
import { digestOf, newKey } from "./new-key.ts";

const storedKeySchema = apiKeySummarySchema.extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
type StoredKey = z.infer<typeof storedKeySchema>;
const fileSchema = z.array(storedKeySchema);

const unlimited: ApiKeySettings = {
  expiresAt: null,
  scopes: [...defaultApiKeyScopes],
  models: null,
  privacy: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  enabled: true,
};

/** A sleeping machine's timers stand still while its date goes on: that is looked at this often, in milliseconds. */
const longestWaitMs = 30_000;

/** A key that a request has come with. */
export interface PresentedKey {
  readonly summary: ApiKeySummary;
  /** Aborted with the error that a new request would get, once the key is not valid any more. */
  readonly ended: AbortSignal;
}

export interface ApiKeysOptions {
  readonly stateFolder: string;
  readonly clock: Clock;
  /** The date, in milliseconds since 1970. */
  readonly today: () => number;
}

/**
 * The named keys of the gateway. The file and the memory hold their digests only. They are found by the whole digest, never
 * by a part of a key: what is cached by a part can be met by another key.
 */
export class ApiKeys implements Disposable {
  readonly #file: VersionedFile<typeof fileSchema>;
  readonly #options: ApiKeysOptions;
  #byDigest = new Map<string, StoredKey>();
  /** By id, of the keys that are valid now. */
  readonly #lives = new Map<string, AbortController>();
  #timer: Disposable | undefined;

  private constructor(file: VersionedFile<typeof fileSchema>, options: ApiKeysOptions) {
    this.#file = file;
    this.#options = options;
    this.#apply();
  }

  /** A file that others may read is closed to them. @throws MeshError `state_too_new`, `folder_unwritable` */
  static async open(options: ApiKeysOptions): Promise<ApiKeys> {
    const path = join(options.stateFolder, "api-keys.json");
    // The first format: there is nothing older to migrate from.
    const file = await VersionedFile.open({ path, schema: fileSchema, initial: () => [], migrations: [] });
    if (process.platform !== "win32") await chmod(path, 0o600);
    return new ApiKeys(file, options);
  }

  list(): ApiKeySummary[] {
    return this.#file.content.map(summaryOf);
  }

  /**
   * The key that this is, or undefined: one that was revoked is as unknown as one that never was.
   *
   * @throws MeshError `key_expired`, `key_disabled`
   */
  find(presented: string): PresentedKey | undefined {
    const digest = digestOf(presented);
    const found = this.#byDigest.get(digest);
    if (found === undefined || !timingSafeEqual(Buffer.from(found.sha256), Buffer.from(digest))) return undefined;
    const refusal = this.#refusalOf(found);
    if (refusal !== null) throw refusal;
    return { summary: summaryOf(found), ended: this.#lifeOf(found.id).signal };
  }

  /** @returns the key itself, which is nowhere else. @throws MeshError `api_key_exists`, `folder_unwritable` */
  async create(name: string, settings: ApiKeyChanges): Promise<{ key: string; summary: ApiKeySummary }> {
    if (this.#file.content.some((each) => each.name === name)) throw new MeshError("api_key_exists", { name });
    const key = newKey();
    const id = `key-${randomBytes(8).toString("hex")}`;
    const createdAt = new Date(this.#options.today()).toISOString();
    const stored = { ...unlimited, ...given(settings), id, name, createdAt, sha256: digestOf(key) };
    await this.#change((keys) => [...keys, stored]);
    return { key, summary: summaryOf(stored) };
  }

  /** @throws MeshError `api_key_unknown`, `folder_unwritable` */
  async edit(name: string, changes: ApiKeyChanges): Promise<ApiKeySummary> {
    const { id } = this.#named(name);
    await this.#change((keys) => keys.map((each) => (each.id === id ? { ...each, ...given(changes) } : each)));
    return summaryOf(this.#named(name));
  }

  /** @throws MeshError `api_key_unknown`, `folder_unwritable` */
  async revoke(name: string): Promise<void> {
    const { id } = this.#named(name);
    await this.#change((keys) => keys.filter((each) => each.id !== id));
  }

  dispose(): void {
    void this.#timer?.dispose();
  }

  /** It counts at once: a revoked key must not go on working while a slow disk is written. */
  async #change(change: (keys: StoredKey[]) => StoredKey[]): Promise<void> {
    const written = this.#file.update(change);
    this.#apply();
    await written;
  }

  /** Ends what is not valid any more, and waits for whatever will not be. */
  #apply(): void {
    const keys = this.#file.content;
    // One moment for all of it: a key that ended between two looks would be neither ended nor waited for.
    const now = this.#options.today();
    this.#byDigest = new Map(keys.map((key) => [key.sha256, key]));
    const byId = new Map(keys.map((key) => [key.id, key]));
    for (const [id, life] of this.#lives) {
      const key = byId.get(id);
      const refusal = key === undefined ? new MeshError("wrong_key", {}) : this.#refusalOf(key, now);
      if (refusal === null) continue;
      this.#lives.delete(id);
      life.abort(refusal);
    }
    void this.#timer?.dispose();
    const next = Math.min(...keys.filter((key) => this.#refusalOf(key, now) === null).map(expiryOf));
    if (next === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.min(Math.max(next - now, 1), longestWaitMs);
    this.#timer = this.#options.clock.after(waitMs, () => this.#apply());
  }

  #refusalOf(key: StoredKey, now = this.#options.today()): MeshError | null {
    if (!key.enabled) return new MeshError("key_disabled", {});
    return expiryOf(key) <= now ? new MeshError("key_expired", {}) : null;
  }

  #lifeOf(id: string): AbortController {
    const life = this.#lives.get(id) ?? new AbortController();
    this.#lives.set(id, life);
    return life;
  }

  #named(name: string): StoredKey {
    const key = this.#file.content.find((each) => each.name === name);
    if (key === undefined) throw new MeshError("api_key_unknown", { name });
    return key;
  }
}

/** What is said to be undefined was not given. */
const given = (changes: ApiKeyChanges): Partial<ApiKeySettings> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
const summaryOf = ({ sha256: _secret, ...summary }: StoredKey): ApiKeySummary => summary;
const expiryOf = ({ expiresAt }: StoredKey): number =>
  expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
