import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { VersionedFile } from "../platform/versioned-file.ts";

/** Visible ASCII only: a key is sent as a header, which must not be continued by what stands in it. */
export const backendKeySchema = z.string().regex(/^[\x21-\x7e]{1,4096}$/, "expected a key without spaces");

const backendKeysSchema = z.record(z.string(), z.object({ origin: z.string(), key: backendKeySchema }));

/** Under what name a backend's proxy keeps its credentials: `user:password` in Base64. No backend has a slash in its name. */
export const proxySecretOf = (backendId: string): string => `${backendId}/proxy`;

/** As `Proxy-Authorization: Basic` says it, which is how it is kept: visible characters only. */
export const basicOf = ({ user, password }: { readonly user: string; readonly password: string }): string =>
  Buffer.from(`${user}:${password}`).toString("base64");

/** A backend's key as far as one address is concerned: it may have been given for another. */
export type KeyForOrigin = { readonly key: string } | "none" | "of-other-address";

/**
 * The keys of configured backends, in a file that only its owner can read and nowhere else. Each is bound to the origin
 * that it was given for, so that an edited address never gets the key of the server that was there before.
 */
export class BackendKeys {
  readonly #file: VersionedFile<typeof backendKeysSchema>;

  private constructor(file: VersionedFile<typeof backendKeysSchema>) {
    this.#file = file;
  }

  /** A file that others may read is closed to them. @throws MeshError `state_too_new`, `folder_unwritable` */
  static async open(stateFolder: string): Promise<BackendKeys> {
    const path = join(stateFolder, "backend-keys.json");
    const file = await VersionedFile.open({
      path,
      schema: backendKeysSchema,
      initial: () => ({}),
      // The first format: there is nothing older to migrate from.
      migrations: [],
    });
    if (process.platform !== "win32") await chmod(path, 0o600);
    return new BackendKeys(file);
  }

  has(backendId: string): boolean {
    return this.#of(backendId) !== undefined;
  }

  read(backendId: string, origin: string): KeyForOrigin {
    const stored = this.#of(backendId);
    if (stored === undefined) return "none";
    return stored.origin === origin ? { key: stored.key } : "of-other-address";
  }

  async set(backendId: string, origin: string, key: string): Promise<void> {
    await this.#file.update((keys) => ({ ...keys, [backendId]: { origin, key } }));
  }

  /** Its proxy's credentials are forgotten too. */
  async delete(backendId: string): Promise<void> {
    const names = [backendId, proxySecretOf(backendId)];
    if (!names.some((name) => this.has(name))) return;
    await this.#file.update((keys) =>
      Object.fromEntries(Object.entries(keys).filter(([name]) => !names.includes(name))),
    );
  }

  #of(backendId: string): { readonly origin: string; readonly key: string } | undefined {
    const keys = this.#file.content;
    return Object.hasOwn(keys, backendId) ? keys[backendId] : undefined;
  }
}
