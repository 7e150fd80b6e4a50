import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** One engine of node-llama-cpp as npm's registry holds it. */
export interface EnginePackage {
  readonly name: string;
  readonly version: string;
  /** What package-lock.json says that the archive's digest must be. */
  readonly integrity: string;
}

const run = promisify(execFile);

/** The engine that package-lock.json pins under this name. */
export async function pinnedEngine(repository: string, name: string): Promise<EnginePackage> {
  const lock = JSON.parse(await readFile(join(repository, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version: string; integrity?: string } | undefined>;
  };
  const entry = lock.packages[`node_modules/${name}`];
  if (entry?.integrity === undefined) throw new Error(`package-lock.json pins no digest for ${name}.`);
  return { name, version: entry.version, integrity: entry.integrity };
}

/** Fetches an engine that npm does not install on this system, checks its digest, and unpacks it. */
export async function unpackEngine(engine: EnginePackage, folder: string): Promise<void> {
  const draft = await mkdtemp(join(tmpdir(), "mesh-engine-"));
  try {
    await run("npm", ["pack", `${engine.name}@${engine.version}`, "--pack-destination", draft], {
      cwd: draft,
      shell: process.platform === "win32",
    });
    const [file] = await readdir(draft);
    if (file === undefined) throw new Error(`npm has no archive of ${engine.name}.`);
    const archive = join(draft, file);
    const digest = `sha512-${createHash("sha512")
      .update(await readFile(archive))
      .digest("base64")}`;
    if (digest !== engine.integrity) throw new Error(`${engine.name}: the archive is not the one that is pinned.`);
    await mkdir(folder, { recursive: true });
    await run("tar", ["-xzf", archive, "--strip-components=1", "-C", folder]);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
