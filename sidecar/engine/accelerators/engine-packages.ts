import { mkdir, mkdtemp, readdir, readFile, rename, rm, statfs } from "node:fs/promises";
import { basename, join } from "node:path";
import { extract } from "tar";
import type { Dispatcher } from "undici";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { type AcceleratorKind, acceleratorKindSchema } from "../../../contract/mesh/accelerator.ts";
import { formatByteSize } from "../../platform/byte-size.ts";
import { errorReason } from "../../platform/error-reason.ts";
import { type EnginePackage, enginePackagesVersion } from "./accelerator-packages.ts";
import { copyPackage, fetchPackage } from "./fetch-package.ts";

export interface EnginePackagesOptions {
  /** Everything fetched lies below it: `<version>/<kind>/node_modules/@node-llama-cpp/…`. */
  readonly folder: string;
  readonly registry: string;
  readonly dispatcher: Dispatcher;
  /** What a kind consists of on this machine; nothing when there is nothing to fetch. */
  readonly packagesOf: (kind: AcceleratorKind) => readonly EnginePackage[];
}

export interface InstallOptions {
  /** Packed files that somebody has brought, instead of the registry. */
  readonly files?: readonly string[] | undefined;
  readonly onProgress: (progress: { receivedBytes: number; totalBytes: number }) => void;
  readonly signal: AbortSignal;
}

const draftPrefix = "draft-";
/** Unpacked, an engine takes this many times its packed size, measured on the Vulkan package (27 to 85 MB). */
const unpackedShare = 3.2;

/**
 * Engine packages for graphics cards, which are too large to come with the product. Each kind appears under its name
 * only when all of it is there and verified; packages of other versions are of no use to this engine and are removed.
 */
export class EnginePackages {
  readonly #options: EnginePackagesOptions;
  readonly #installing = new Map<AcceleratorKind, Promise<void>>();

  constructor(options: EnginePackagesOptions) {
    this.#options = options;
  }

  get installing(): ReadonlySet<AcceleratorKind> {
    return new Set(this.#installing.keys());
  }

  /** Where `@node-llama-cpp/…` is found for a kind. */
  folderOf(kind: AcceleratorKind): string {
    return join(this.#versionFolder, kind, "node_modules");
  }

  async installed(): Promise<ReadonlySet<AcceleratorKind>> {
    const names: readonly string[] = await readdir(this.#versionFolder).catch(() => []);
    return new Set(acceleratorKindSchema.options.filter((kind) => names.includes(kind)));
  }

  /**
   * @throws MeshError `accelerator_unavailable` when there is nothing to fetch, `engine_package_unreachable`,
   *   `engine_package_damaged`, `disk_space_insufficient`, `folder_unwritable`, or the signal's reason
   */
  async install(kind: AcceleratorKind, options: InstallOptions): Promise<void> {
    const packages = this.#options.packagesOf(kind);
    if (packages.length === 0) throw new MeshError("accelerator_unavailable", { kind });
    if (this.#installing.has(kind)) throw new MeshError("accelerator_installing", { kind });
    const work = this.#install(kind, packages, options);
    this.#installing.set(kind, work);
    try {
      await work;
    } finally {
      this.#installing.delete(kind);
    }
  }

  async remove(kind: AcceleratorKind): Promise<void> {
    await rm(join(this.#versionFolder, kind), { recursive: true, force: true });
  }

  /** Removes what an install that was killed left behind, and packages of other versions. */
  async tidy(): Promise<void> {
    const { folder } = this.#options;
    const others = (await readdir(folder).catch(() => [])).filter((name) => name !== enginePackagesVersion);
    const drafts = (await readdir(this.#versionFolder).catch(() => [])).filter((name) => name.startsWith(draftPrefix));
    const paths = [
      ...others.map((name) => join(folder, name)),
      ...drafts.map((name) => join(this.#versionFolder, name)),
    ];
    await Promise.all(paths.map((path) => rm(path, { recursive: true, force: true })));
  }

  async #install(kind: AcceleratorKind, packages: readonly EnginePackage[], options: InstallOptions): Promise<void> {
    const totalBytes = packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let receivedBytes = 0;
    const onBytes = (bytes: number): void => {
      receivedBytes += bytes;
      options.onProgress({ receivedBytes, totalBytes });
    };
    const draft = await this.#makeDraft();
    try {
      await requireSpace(this.#versionFolder, totalBytes * (1 + unpackedShare));
      for (const each of packages) await this.#place(each, { draft, onBytes, ...options });
      await rm(join(this.#versionFolder, kind), { recursive: true, force: true });
      await rename(draft, join(this.#versionFolder, kind));
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  async #makeDraft(): Promise<string> {
    try {
      await mkdir(this.#versionFolder, { recursive: true, mode: 0o700 });
      return await mkdtemp(join(this.#versionFolder, draftPrefix));
    } catch (cause) {
      throw new MeshError("folder_unwritable", { path: this.#versionFolder, reason: errorReason(cause) }, { cause });
    }
  }

  async #place(
    wanted: EnginePackage,
    {
      draft,
      files,
      onBytes,
      signal,
    }: Pick<InstallOptions, "files" | "signal"> & { draft: string; onBytes: (bytes: number) => void },
  ): Promise<void> {
    const packed = join(draft, `${basename(wanted.name)}.tgz`);
    if (files === undefined) await fetchPackage(wanted, { ...this.#options, destination: packed, onBytes, signal });
    else await copyPackage(wanted, fileOf(wanted, files), { destination: packed, onBytes, signal });
    const target = join(draft, "node_modules", wanted.name);
    await mkdir(target, { recursive: true });
    // Its content is verified; that it stays in its folder and makes no links is held to all the same.
    await extract({ file: packed, cwd: target, strip: 1, strict: true, filter: (_path, entry) => !isLink(entry) });
    signal.throwIfAborted();
    await rm(packed);
    await checkVersion(wanted, target);
  }

  get #versionFolder(): string {
    return join(this.#options.folder, enginePackagesVersion);
  }
}

function isLink(entry: object): boolean {
  return "type" in entry && (entry.type === "Link" || entry.type === "SymbolicLink");
}

/** The file as `npm pack` names it. */
function fileOf({ name }: EnginePackage, files: readonly string[]): string {
  const expected = `${name.replace("@", "").replace("/", "-")}-${enginePackagesVersion}.tgz`;
  const found = files.find((path) => basename(path) === expected);
  if (found === undefined) throw new MeshError("engine_package_file_missing", { expected });
  return found;
}

async function checkVersion({ name }: EnginePackage, folder: string): Promise<void> {
  const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version?: unknown };
  if (version === enginePackagesVersion) return;
  throw new MeshError("engine_package_damaged", { name, problem: `it is of version ${String(version)}` });
}

async function requireSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  const [needed, free] = [formatByteSize(neededBytes), formatByteSize(freeBytes)];
  throw new MeshError("disk_space_insufficient", { folder, needed, free });
}
