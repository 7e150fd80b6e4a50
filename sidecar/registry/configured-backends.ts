import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { firstIssue } from "../../contract/errors/first-issue.ts";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { BackendChanges, BackendWish, ProxyLogin } from "../../contract/mesh/backend-entry.ts";
import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import type { Backend } from "../backends/backend.ts";
import type { Disposable } from "../platform/disposables.ts";
import { Emitter } from "../platform/emitter.ts";
import type { ProxySettings } from "../platform/proxy-settings.ts";
import { type BackendKeys, basicOf, proxySecretOf } from "../secrets/backend-keys.ts";
import { backendKeySchema } from "../secrets/key-index.ts";
import { type BackendEntry, backendEntrySchema } from "./backend-entry.ts";
import type { Configuration } from "./configuration.ts";
import type { ConfigurationChange, ConfigurationFile } from "./configuration-file.ts";
import { addBackend, changeBackend, removeBackend } from "./edit-backends.ts";
import { proxyOf } from "./proxy-of.ts";
import { printServerAddress, readServerAddress } from "./server-address.ts";

export interface ConfiguredBackendsOptions {
  readonly file: ConfigurationFile;
  readonly keys: BackendKeys;
  /** Of the node's environment. */
  readonly proxies: ProxySettings;
  /** `before`: what the new one takes the place of. */
  readonly build: (entry: BackendEntry, before: Backend | undefined) => Backend;
}

/** Secrets that come with a change. What is left out stays as it is. */
export interface GivenSecrets {
  readonly key?: string | undefined;
  readonly proxyLogin?: ProxyLogin | undefined;
}

interface Running {
  readonly entry: BackendEntry;
  readonly backend: Backend;
}

/**
 * The servers of `config.yaml` and what runs of them. Every change goes through the file: what cannot be written does not
 * happen, and what was there goes on. A backend that was replaced or removed gets nothing new; its open answers end.
 */
export class ConfiguredBackends implements Disposable {
  readonly #options: ConfiguredBackendsOptions;
  readonly #didChange = new Emitter<readonly Backend[]>();
  #running: readonly Running[] = [];

  /** Fires with the new list. */
  readonly onDidChange = this.#didChange.event;

  constructor(options: ConfiguredBackendsOptions) {
    this.#options = options;
    this.#adopt(options.file.configuration.backends);
    // Also what somebody has written by hand.
    options.file.onDidChange(({ backends }) => this.#adopt(backends));
  }

  get list(): readonly Backend[] {
    return this.#running.map(({ backend }) => backend);
  }

  get entries(): readonly BackendEntry[] {
    return this.#running.map(({ entry }) => entry);
  }

  /** @throws MeshError `unknown_backend` */
  get(id: string): Running {
    const found = this.#running.find(({ entry }) => entry.id === id);
    if (found !== undefined) return found;
    throw new MeshError("unknown_backend", { backend: id, available: this.entries.map((entry) => entry.id) });
  }

  /** What a wish comes to, without adding it. @throws MeshError `backend_exists`, `backend_invalid` */
  check(wish: BackendWish, given: GivenSecrets = {}): BackendEntry {
    if (this.#running.some(({ entry }) => entry.id === wish.id)) {
      throw new MeshError("backend_exists", { backend: wish.id });
    }
    return this.#parse(wish, given);
  }

  /** What a backend would be after a change, without changing it. @throws MeshError `unknown_backend`, `backend_invalid` */
  checkChanges(id: string, changes: BackendChanges, given: GivenSecrets = {}): BackendEntry {
    return this.#parse(merged(this.get(id).entry, changes), given);
  }

  /** @throws MeshError `backend_exists`, `backend_invalid`, `configuration_invalid`, `folder_unwritable` */
  async add(wish: BackendWish, given: GivenSecrets = {}): Promise<void> {
    const { id } = this.check(wish, given);
    const written = wish.url === undefined ? wish : { ...wish, url: normalised(wish.url) };
    await this.#edit(id, given, (document, current) => {
      if (current.backends.some((entry) => entry.id === id)) throw new MeshError("backend_exists", { backend: id });
      addBackend(document, written);
    });
  }

  /** @throws MeshError `unknown_backend`, `backend_invalid`, `configuration_changed`, and what the file refuses with */
  async edit(id: string, changes: BackendChanges, given: GivenSecrets = {}): Promise<void> {
    this.checkChanges(id, changes, given);
    const values = Object.entries({
      ...changes,
      ...(changes.url === undefined ? {} : { url: normalised(changes.url) }),
    });
    // A key that was not given must stay; one that is null goes.
    const said = values.filter(([, value]) => value !== undefined);
    await this.#change(id, given, Object.fromEntries(said.map(([name, value]) => [name, value ?? undefined])));
  }

  /** @throws MeshError as `edit` */
  async setEnabled(id: string, isEnabled: boolean): Promise<void> {
    await this.#change(id, {}, { enabled: isEnabled ? undefined : false });
  }

  /** Its key is forgotten too. @throws MeshError as `edit` */
  async remove(id: string): Promise<void> {
    this.get(id);
    await this.#edit(id, {}, (document, current, former) => {
      this.#checkUntouched(id, current, former);
      if (!removeBackend(document, id)) throw this.#changed(id);
    });
    await this.#options.keys.delete(id);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.list.map((backend) => backend.dispose()));
  }

  async #change(id: string, given: GivenSecrets, values: Readonly<Record<string, unknown>>): Promise<void> {
    this.get(id);
    await this.#edit(id, given, (document, current, former) => {
      this.#checkUntouched(id, current, former);
      if (!changeBackend(document, id, values)) throw this.#changed(id);
    });
  }

  async #edit(id: string, given: GivenSecrets, change: ConfigurationChange): Promise<void> {
    const hasSecrets = given.key !== undefined || given.proxyLogin !== undefined;
    if (hasSecrets) await this.#options.keys.checkStore();
    let saved: Promise<unknown> | undefined;
    // Before the new backend begins: its first question must not go without the key.
    await this.#options.file.edit(change, ({ backends }) => {
      saved = this.#save(
        backends.find((entry) => entry.id === id),
        given,
      );
    });
    await saved;
  }

  /** Each secret is bound to where it may be sent: the server's origin, or the proxy's. */
  async #save(entry: BackendEntry | undefined, { key, proxyLogin }: GivenSecrets): Promise<void> {
    if (entry === undefined) return;
    const { keys, proxies } = this.#options;
    const address = readServerAddress(entry.url);
    if ("problem" in address) return;
    // All of them count at once, whatever the disk takes.
    const saved = key === undefined ? [] : [keys.set(entry.id, address.origin, key)];
    const proxy = proxyLogin === undefined ? null : proxyOf(entry, address, proxies);
    if (proxyLogin !== undefined && proxy !== null && !("problem" in proxy.address)) {
      saved.push(keys.set(proxySecretOf(entry.id), proxy.address.origin, basicOf(proxyLogin)));
    }
    await Promise.all(saved);
  }

  #parse(wish: BackendWish, { key, proxyLogin }: GivenSecrets): BackendEntry {
    const entry = parseEntry(wish, key);
    if (proxyLogin === undefined) return entry;
    const address = readServerAddress(entry.url);
    const proxy = "problem" in address ? null : proxyOf(entry, address, this.#options.proxies);
    if (proxy !== null && !("problem" in proxy.address)) return entry;
    throw new MeshError("backend_invalid", {
      backend: wish.id,
      problem: "no proxy leads there that could be given a password",
    });
  }

  /** Refuses to write over what somebody has changed by hand since the node read it. */
  #checkUntouched(id: string, current: Configuration, former: Configuration): void {
    const [now, before] = [current, former].map(({ backends }) => backends.find((entry) => entry.id === id));
    if (!isDeepStrictEqual(now, before)) throw this.#changed(id);
  }

  #changed(id: string): MeshError {
    return new MeshError("configuration_changed", { path: this.#options.file.path, backend: id });
  }

  #adopt(entries: readonly BackendEntry[]): void {
    const before = this.#running;
    this.#running = entries.map((entry) => {
      const same = before.find((running) => isDeepStrictEqual(running.entry, entry));
      if (same !== undefined) return same;
      const replaced = before.find((running) => running.entry.id === entry.id)?.backend;
      return { entry, backend: this.#options.build(entry, replaced) };
    });
    const kept = new Set(this.#running);
    for (const running of before) if (!kept.has(running)) void running.backend.dispose();
    const isSame = before.length === kept.size && before.every((running, index) => running === this.#running[index]);
    if (!isSame) this.#didChange.fire(this.list);
  }
}

function parseEntry(wish: BackendWish, key: string | undefined): BackendEntry {
  const parsed = backendEntrySchema.safeParse(wish);
  const givenKey = z.object({ key: backendKeySchema.optional() }).safeParse({ key });
  if (parsed.success && givenKey.success) return parsed.data;
  const { field, problem } = firstIssue((parsed.error ?? givenKey.error) as z.ZodError);
  throw new MeshError("backend_invalid", { backend: wish.id, problem: `${field}: ${problem}` });
}

/** A change over what is there. What goes back to its default is left out, and so is what was there by default. */
function merged({ url, ...entry }: BackendEntry, changes: BackendChanges): BackendWish {
  const given = url === serverKinds[entry.kind].url ? {} : { url };
  const values = Object.entries({ ...given, ...entry, ...changes }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return Object.fromEntries(values) as BackendWish;
}

function normalised(url: string): string {
  const address = readServerAddress(url);
  return "problem" in address ? url : printServerAddress(address);
}
