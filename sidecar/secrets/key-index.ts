import { randomBytes } from "node:crypto";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { VersionedFile } from "../platform/versioned-file.ts";

/** Visible ASCII only: a key is sent as a header, which must not be continued by what stands in it. */
export const backendKeySchema = z.string().regex(/^[\x21-\x7e]{1,4096}$/, "expected a key without spaces");

/** A key in the file itself, or the name under which the keyring has it. */
const placedKeySchema = z.union([
  z.object({ origin: z.string(), key: backendKeySchema }),
  z.object({ origin: z.string(), account: z.string() }),
]);
export type PlacedKey = z.infer<typeof placedKeySchema>;
export type KeyInKeyring = Extract<PlacedKey, { account: string }>;

/** Somebody's hand, or a merge of two copies: this file counts, and the keyring is emptied of it. */
const doubleKeySchema = z.object({ origin: z.string(), key: backendKeySchema, account: z.string() });

const contentSchema = z
  .object({
    keys: z.record(z.string(), z.union([doubleKeySchema, placedKeySchema])),
    /** What may lie in the keyring and counts no more, or not yet: written down before anything is put there. */
    leftovers: z.array(z.string()).default([]),
  })
  .transform(({ keys, leftovers }) => {
    const singled: Record<string, PlacedKey> = {};
    const emptied = [...leftovers];
    for (const [name, placed] of Object.entries(keys)) {
      if ("key" in placed && "account" in placed) emptied.push(placed.account);
      singled[name] = "key" in placed ? { origin: placed.origin, key: placed.key } : placed;
    }
    return { keys: singled, leftovers: emptied };
  });
type KeyIndexContent = z.infer<typeof contentSchema>;

/**
 * `backend-keys.json`: for each secret where it lies, and those that lie here. It alone decides: a key in this file counts,
 * whatever the keyring holds besides, and what lies in the keyring counts only under the name that this file says.
 */
export class KeyIndex {
  readonly #file: VersionedFile<typeof contentSchema>;

  private constructor(file: VersionedFile<typeof contentSchema>) {
    this.#file = file;
  }

  /** A file that others may read is closed to them. @throws MeshError `state_too_new`, `folder_unwritable` */
  static async open(stateFolder: string): Promise<KeyIndex> {
    const path = join(stateFolder, "backend-keys.json");
    const file = await VersionedFile.open({
      path,
      schema: contentSchema,
      initial: () => ({ keys: {}, leftovers: [] }),
      // The first format knew the file alone.
      migrations: [(content) => ({ keys: content })],
      // A copy would go on holding keys that have moved or been forgotten.
      keepsOlder: false,
    });
    if (process.platform !== "win32") await chmod(path, 0o600);
    return new KeyIndex(file);
  }

  get entries(): [name: string, PlacedKey][] {
    return Object.entries(this.#file.content.keys);
  }

  get leftovers(): readonly string[] {
    return this.#file.content.leftovers;
  }

  of(name: string): PlacedKey | undefined {
    const { keys } = this.#file.content;
    return Object.hasOwn(keys, name) ? keys[name] : undefined;
  }

  /** Each entry is replaced; what it named in the keyring until now becomes a leftover in the same step. */
  async place(entries: readonly (readonly [name: string, PlacedKey])[]): Promise<void> {
    await this.#file.update(({ keys, leftovers }) => {
      const next = { ...keys, ...Object.fromEntries(entries) };
      return { keys: next, leftovers: unnamed([...leftovers, ...accountsOf(keys)], next) };
    });
  }

  async remove(names: readonly string[]): Promise<void> {
    await this.#file.update(({ keys, leftovers }) => {
      const next = Object.fromEntries(Object.entries(keys).filter(([name]) => !names.includes(name)));
      return { keys: next, leftovers: unnamed([...leftovers, ...accountsOf(keys)], next) };
    });
  }

  /** These are about to be written to the keyring. */
  async announce(accounts: readonly string[]): Promise<void> {
    await this.#file.update((content) => ({ ...content, leftovers: [...content.leftovers, ...accounts] }));
  }

  /** These are certainly not in the keyring any more. */
  async forget(accounts: readonly string[]): Promise<void> {
    await this.#file.update((content) => ({
      ...content,
      leftovers: content.leftovers.filter((account) => !accounts.includes(account)),
    }));
  }
}

/** Never used twice: a name that the file does not know cannot be taken for one that it does. */
export const newAccount = (name: string): string => `${name}/${randomBytes(12).toString("hex")}`;

const accountsOf = (keys: KeyIndexContent["keys"]): string[] =>
  Object.values(keys).flatMap((placed) => ("account" in placed ? [placed.account] : []));

function unnamed(accounts: readonly string[], keys: KeyIndexContent["keys"]): string[] {
  const named = new Set(accountsOf(keys));
  return [...new Set(accounts)].filter((account) => !named.has(account));
}
