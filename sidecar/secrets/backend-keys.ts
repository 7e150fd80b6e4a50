import { MeshError } from "../../contract/errors/mesh-error.ts";
import {
  type KeyringProblem,
  type KeyStoreState,
  type KeyStoreWish,
  keyringProblemWords,
} from "../../contract/mesh/key-store.ts";
import type { Clock } from "../platform/clock.ts";
import { errorReason } from "../platform/error-reason.ts";
import type { Log } from "../platform/log.ts";
import { unlessAborted } from "../platform/unless-aborted.ts";
import { KeyIndex, type KeyInKeyring, newAccount } from "./key-index.ts";
import { chooseKeyPlace, type KeySurroundings } from "./keyring/choose-key-place.ts";
import { type Keyring, type KeyringAnswer, KeyringUnavailable, type KeyringWish } from "./keyring/keyring.ts";

/** Under what name a backend's proxy keeps its credentials: `user:password` in Base64. No backend has a slash in its name. */
export const proxySecretOf = (backendId: string): string => `${backendId}/proxy`;

/** As `Proxy-Authorization: Basic` says it, which is how it is kept: visible characters only. */
export const basicOf = ({ user, password }: { readonly user: string; readonly password: string }): string =>
  Buffer.from(`${user}:${password}`).toString("base64");

/**
 * A backend's key as far as one address is concerned: it may have been given for another, or lie in a keyring that has not
 * given it out.
 */
export type KeyForOrigin = { readonly key: string } | "none" | "of-other-address" | "not-at-hand";

/** What servers need of the keys. */
export interface KeyReader {
  read(name: string, origin: string): KeyForOrigin;
  /** Whether what is kept under this name can be read at once. */
  isAtHand(name: string): boolean;
  /** Waits until it is, bounded. @throws MeshError `backend_key_unavailable`, or the signal's reason */
  fetch(name: string, signal: AbortSignal): Promise<void>;
}

export interface BackendKeysOptions {
  readonly stateFolder: string;
  readonly keyring: Keyring;
  readonly wish: KeyStoreWish;
  readonly surroundings: KeySurroundings;
  readonly clock: Clock;
  readonly log: Log;
}

interface GivenKey {
  readonly origin: string;
  readonly key: string;
}

/** A keyring that did not give a key is not asked again before, in milliseconds: each time costs a process. */
const retryMs = 10_000;

/**
 * The keys of configured backends: in the operating system's keyring or in a file that only its owner can read, and nowhere
 * else. Each is bound to the origin that it was given for, so that an edited address never gets the key of the server that
 * was there before. What the keyring has given out stays in memory.
 */
export class BackendKeys implements KeyReader {
  readonly #options: BackendKeysOptions;
  readonly #index: KeyIndex;
  /** By account, of what lies in the keyring. */
  readonly #secrets = new Map<string, string>();
  /** By name, of what is on its way to where it will lie: it counts at once. */
  readonly #given = new Map<string, GivenKey>();
  #wish: KeyStoreWish;
  #problem: KeyringProblem | null = null;
  #reading: Promise<void> | undefined;
  #failedAt: number | undefined;
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(options: BackendKeysOptions, index: KeyIndex) {
    this.#options = options;
    this.#index = index;
    this.#wish = options.wish;
  }

  /** @throws MeshError `state_too_new`, `folder_unwritable` */
  static async open(options: BackendKeysOptions): Promise<BackendKeys> {
    return new BackendKeys(options, await KeyIndex.open(options.stateFolder));
  }

  get state(): KeyStoreState {
    const entries = this.#index.entries;
    const inKeyring = entries.filter(([, placed]) => "account" in placed).length;
    return {
      wish: this.#wish,
      ...chooseKeyPlace(this.#wish, this.#options.surroundings),
      inFile: entries.length - inKeyring,
      inKeyring,
      problem: this.#problem,
    };
  }

  has(backendId: string): boolean {
    return this.#placed(backendId) !== undefined;
  }

  read(name: string, origin: string): KeyForOrigin {
    const placed = this.#placed(name);
    if (placed === undefined) return "none";
    if (placed.origin !== origin) return "of-other-address";
    const key = "key" in placed ? placed.key : this.#secrets.get(placed.account);
    return key === undefined ? "not-at-hand" : { key };
  }

  isAtHand(name: string): boolean {
    const placed = this.#placed(name);
    return placed === undefined || "key" in placed || this.#secrets.has(placed.account);
  }

  async fetch(name: string, signal: AbortSignal): Promise<void> {
    if (this.isAtHand(name)) return;
    const { clock } = this.#options;
    const isSoon = this.#failedAt !== undefined && clock.now() - this.#failedAt < retryMs;
    if (this.#reading !== undefined || !isSoon) await unlessAborted(this.#readOnce(), signal);
    if (this.isAtHand(name)) return;
    const [backend = name] = name.split("/");
    throw keyUnavailable(backend, this.#problem ?? "not-there");
  }

  /** Reads what lies in the keyring, and brings everything to where the setting wants it. Never rejects. */
  async settle(): Promise<void> {
    try {
      if (this.#missing.length > 0) await this.#readOnce();
      await this.#inTurn(async () => {
        if (this.#wish === "file") await this.#moveToFile();
        if (this.#wish === "keyring") await this.#moveToKeyring();
        await this.#clean();
      });
    } catch (error) {
      this.#options.log.warn("keys.notMoved", { reason: error instanceof MeshError ? error.code : errorReason(error) });
    }
  }

  /** Another setting counts from now on. See `settle`. */
  async follow(wish: KeyStoreWish): Promise<void> {
    if (wish === this.#wish) return;
    this.#wish = wish;
    this.#failedAt = undefined;
    await this.settle();
  }

  /** Whether a key could be kept as the setting wants it, before anything is changed. @throws MeshError `keyring_unavailable` */
  async checkStore(): Promise<void> {
    if (this.#wish === "keyring" && (await this.#visit({})) === undefined) throw this.#unavailable();
  }

  /** @throws MeshError `keyring_unavailable` where only the keyring may have it: what was before goes on; `folder_unwritable` */
  async set(backendId: string, origin: string, key: string): Promise<void> {
    const given = { origin, key };
    this.#given.set(backendId, given);
    try {
      await this.#inTurn(() => this.#keep(backendId, given));
    } finally {
      if (this.#given.get(backendId) === given) this.#given.delete(backendId);
    }
  }

  /** Its proxy's credentials are forgotten too, wherever they lie. What the keyring does not delete now it is told to later. */
  async delete(backendId: string): Promise<void> {
    const names = [backendId, proxySecretOf(backendId)];
    await this.#inTurn(async () => {
      if (!names.some((name) => this.#index.of(name) !== undefined)) return;
      await this.#index.remove(names);
      await this.#clean();
    });
  }

  #placed(name: string) {
    return this.#given.get(name) ?? this.#index.of(name);
  }

  async #keep(name: string, given: GivenKey): Promise<void> {
    const { newKeys } = chooseKeyPlace(this.#wish, this.#options.surroundings);
    const isForKeyringAlone = this.#wish === "keyring";
    // Where the file will do as well it has the key first, and loses it to the keyring.
    if (!isForKeyringAlone) await this.#index.place([[name, given]]);
    if (newKeys === "keyring") {
      const arrived = await this.#putIntoKeyring([[name, given]]);
      if (arrived.size === 0 && isForKeyringAlone) throw this.#unavailable();
      if (arrived.size === 0) this.#options.log.info("keys.keptInFile", { problem: this.#problem });
    }
    await this.#clean();
  }

  /** Whether a visit that has failed could have left something in the keyring. */
  get #mayHaveWritten(): boolean {
    return this.#problem === "no-answer" || this.#problem === "refused";
  }

  /**
   * Written, read back, and only then counted on: whatever ends the node in between, what was before is still there, and the
   * file names what may lie in the keyring unused. @returns the names that have arrived.
   */
  async #putIntoKeyring(keys: readonly (readonly [string, GivenKey])[]): Promise<ReadonlySet<string>> {
    const moves = keys.map(([name, given]) => ({ name, ...given, account: newAccount(name) }));
    await this.#index.announce(moves.map(({ account }) => account));
    // A backend that has no key yet must not be asked without it, should the node end here.
    const first = moves.filter(({ name }) => this.#index.of(name) === undefined);
    if (first.length > 0)
      await this.#index.place(first.map(({ name, origin, account }) => [name, { origin, account }]));
    const answer = await this.#visit({ write: moves.map(({ account, key }) => ({ account, secret: key })) });
    if (answer === undefined && !this.#mayHaveWritten) await this.#index.forget(moves.map(({ account }) => account));
    const arrived = moves.filter(({ account }) => answer?.written.includes(account));
    for (const { account, key } of arrived) this.#secrets.set(account, key);
    if (arrived.length > 0) {
      await this.#index.place(arrived.map(({ name, origin, account }) => [name, { origin, account }]));
    }
    return new Set(arrived.map(({ name }) => name));
  }

  async #moveToKeyring(): Promise<void> {
    const inFile = this.#index.entries.flatMap(([name, placed]) => ("key" in placed ? [[name, placed] as const] : []));
    if (inFile.length === 0) return;
    const { size } = await this.#putIntoKeyring(inFile);
    this.#options.log.info("keys.movedToKeyring", { moved: size, left: inFile.length - size, problem: this.#problem });
  }

  async #moveToFile(): Promise<void> {
    const readable = this.#inKeyring.flatMap(([name, { origin, account }]) => {
      const key = this.#secrets.get(account);
      return key === undefined ? [] : [[name, { origin, key }] as const];
    });
    const left = this.#inKeyring.length - readable.length;
    if (readable.length > 0) await this.#index.place(readable);
    if (readable.length + left > 0) this.#options.log.info("keys.movedToFile", { moved: readable.length, left });
  }

  /** Deletes from the keyring what the file does not count on. To be called in turn, since what is being written is no leftover. */
  async #clean(): Promise<void> {
    const { leftovers } = this.#index;
    for (const account of leftovers) this.#secrets.delete(account);
    if (leftovers.length === 0) return;
    const answer = await this.#visit({ delete: [...leftovers] });
    if (answer !== undefined) await this.#index.forget(answer.deleted);
  }

  get #inKeyring(): (readonly [name: string, KeyInKeyring])[] {
    return this.#index.entries.flatMap(([name, placed]) => ("account" in placed ? [[name, placed] as const] : []));
  }

  get #missing(): string[] {
    return this.#inKeyring.map(([, { account }]) => account).filter((account) => !this.#secrets.has(account));
  }

  /** All at once, and once for all who wait. */
  #readOnce(): Promise<void> {
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readAll(): Promise<void> {
    const { clock, log } = this.#options;
    const wanted = this.#missing;
    const answer = await this.#visit({ read: wanted });
    for (const { account, secret } of answer?.read ?? [])
      if (wanted.includes(account)) this.#secrets.set(account, secret);
    const missing = this.#missing.length;
    this.#failedAt = missing > 0 ? clock.now() : undefined;
    if (missing > 0) log.warn("keys.unavailable", { missing, problem: this.#problem ?? "not-there" });
  }

  /** Undefined when there was nothing to be had. */
  async #visit(wish: KeyringWish): Promise<KeyringAnswer | undefined> {
    try {
      const answer = await this.#options.keyring.visit(wish);
      this.#problem = null;
      return answer;
    } catch (error) {
      if (!(error instanceof KeyringUnavailable)) throw error;
      this.#problem = error.problem;
      return undefined;
    }
  }

  #unavailable(): MeshError {
    return new MeshError("keyring_unavailable", { problem: keyringProblemWords(this.#problem ?? "refused") });
  }

  /** One after another, whatever became of the one before. */
  async #inTurn(run: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(run, run);
    this.#changing = changed.catch(() => undefined);
    await changed;
  }
}

export const keyUnavailable = (backend: string, problem: KeyringProblem): MeshError =>
  new MeshError("backend_key_unavailable", { backend, problem: keyringProblemWords(problem) });
