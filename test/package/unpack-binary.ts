import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** What a native package needs for one system, as npm's registry holds it. */
export interface BinaryPackage {
  readonly name: string;
  readonly version: string;
  /** What package-lock.json says that the archive's digest must be. */
  readonly integrity: string;
}

const run = promisify(execFile);

/** The package that package-lock.json pins under this name. */
export async function pinnedBinary(repository: string, name: string): Promise<BinaryPackage> {
  const lock = JSON.parse(await readFile(join(repository, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version: string; integrity?: string } | undefined>;
  };
  const entry = lock.packages[`node_modules/${name}`];
  if (entry?.integrity === undefined) throw new Error(`package-lock.json pins no digest for ${name}.`);
  return { name, version: entry.version, integrity: entry.integrity };
}

/** Fetches a package that npm does not install on this system, checks its digest, and unpacks it. */
export async function unpackBinary(binary: BinaryPackage, folder: string): Promise<void> {
  const draft = await mkdtemp(join(tmpdir(), "mesh-binary-"));
  try {
    await run("npm", ["pack", `${binary.name}@${binary.version}`, "--pack-destination", draft], {
      cwd: draft,
      shell: process.platform === "win32",
    });
    const [file] = await readdir(draft);
    if (file === undefined) throw new Error(`npm has no archive of ${binary.name}.`);
    const archive = join(draft, file);
    const digest = `sha512-${createHash("sha512")
      .update(await readFile(archive))
      .digest("base64")}`;
    if (digest !== binary.integrity) throw new Error(`${binary.name}: the archive is not the one that is pinned.`);
    await mkdir(folder, { recursive: true });
    await run("tar", ["-xzf", archive, "--strip-components=1", "-C", folder]);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
