import { type FSWatcher, watch } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";

export interface WatchConfigurationOptions {
  readonly path: string;
  /** Called some time after a change, at least once for each; never twice at the same time. */
  readonly onChange: () => Promise<void>;
  readonly clock: Clock;
}

/** Editors replace a file in several steps, and write long ones in several pieces: the last one counts, in milliseconds. */
const settleMs = 150;
/** Network folders tell nothing, and a folder that was replaced tells of the one before: so often we look ourselves, in milliseconds. */
const pollMs = 5000;

/**
 * Tells of changes to a file, whoever makes them and however: in place, by renaming another one over it, by replacing its
 * folder, or behind a link. The folder is watched, since a file that was renamed over is another one.
 */
export class ConfigurationWatch implements Disposable {
  readonly #options: WatchConfigurationOptions;
  readonly #watchers = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>();
  #seen: string | undefined;
  #settling: Disposable | undefined;
  #polling: Disposable | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isDisposed = false;

  private constructor(options: WatchConfigurationOptions) {
    this.#options = options;
  }

  /** Resolves when nothing that happens from now on is missed. */
  static async start(options: WatchConfigurationOptions): Promise<ConfigurationWatch> {
    const started = new ConfigurationWatch(options);
    await started.#look(false);
    return started;
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    void this.#settling?.dispose();
    void this.#polling?.dispose();
    await this.#looking;
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #changedSoon(): void {
    if (this.#isDisposed) return;
    void this.#settling?.dispose();
    this.#settling = this.#options.clock.after(settleMs, () => {
      this.#looking = this.#looking.then(() => this.#look(true));
    });
  }

  /** Never rejects. */
  async #look(mustTell: boolean): Promise<void> {
    if (this.#isDisposed) return;
    void this.#polling?.dispose();
    const { path, onChange, clock } = this.#options;
    await this.#followFolders();
    const now = await signatureOf(path);
    const isOther = this.#seen !== undefined && now !== this.#seen;
    this.#seen = now;
    if (mustTell || isOther) await onChange();
    if (this.#isDisposed) return;
    this.#polling = clock.after(pollMs, () => {
      this.#looking = this.#looking.then(() => this.#look(false));
    });
  }

  async #followFolders(): Promise<void> {
    const { path } = this.#options;
    const target = await realpath(path).catch(() => path);
    const folders = new Set([dirname(path), dirname(target)]);
    for (const folder of folders) {
      const identity = await stat(folder).then(
        ({ dev, ino }) => `${dev}:${ino}`,
        () => "missing",
      );
      if (this.#watchers.get(folder)?.identity === identity) continue;
      this.#forget(folder);
      if (identity !== "missing") this.#watch(folder, identity);
    }
    for (const folder of [...this.#watchers.keys()]) if (!folders.has(folder)) this.#forget(folder);
  }

  #watch(folder: string, identity: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#changedSoon());
      watcher.on("error", () => this.#forget(folder));
      this.#watchers.set(folder, { identity, watcher });
    } catch {
      // No watches left, or a file system without: looking every few seconds remains.
    }
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.watcher.close();
    this.#watchers.delete(folder);
  }
}

const signatureOf = async (path: string): Promise<string> =>
  await stat(path).then(
    ({ dev, ino, size, mtimeMs }) => `${dev}:${ino}:${size}:${mtimeMs}`,
    () => "missing",
  );
