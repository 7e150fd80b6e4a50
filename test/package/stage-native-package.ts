import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { type BinaryPackage, unpackBinary } from "./unpack-binary.ts";

/** What nothing reads that runs: the source of llama.cpp as a git bundle (35 MB), source maps, type declarations, locks and histories. */
const leftOut = [
  /(^|[\\/])llama[\\/]gitRelease\.bundle$/,
  /\.map$/,
  /\.d\.(ts|mts|cts)$/,
  /[\\/]\.package-lock\.json$/,
  /[\\/]yarn\.lock$/,
  /[\\/](changelog|history)(\.\w+)?$/i,
];

/**
 * Puts a package where an import of it in `dist/sidecar` finds it: the package, everything that it depends on (leaving out some of
 * that breaks the engine's import), and the one binary package of the target. Each brings its licence.
 */
export async function stageNativePackage(
  repository: string,
  stage: string,
  { name, binary }: { readonly name: string; readonly binary: BinaryPackage },
): Promise<void> {
  const modules = join(repository, "node_modules");
  const target = join(stage, "dist/node_modules");
  for (const folder of runtimeClosure(modules, name)) {
    await copyPackage(folder, join(target, relative(modules, folder)));
  }
  const installed = join(modules, binary.name);
  if (hasVersion(installed, binary.version)) await copyPackage(installed, join(target, binary.name));
  else await unpackBinary(binary, join(target, binary.name));
}

/** The installed folders of a package and of all that it needs to run, nested ones too. Optional packages stay out. */
function runtimeClosure(modules: string, name: string): Set<string> {
  const folders = new Set<string>();
  const visit = (wanted: string, from: string): void => {
    const folder = findPackage(wanted, from, modules);
    if (folders.has(folder)) return;
    folders.add(folder);
    for (const dependency of Object.keys(readManifest(folder).dependencies ?? {})) visit(dependency, folder);
  };
  visit(name, modules);
  return folders;
}

/** Looks a package up as Node.js does, from a folder upwards, but never above this repository's node_modules. */
function findPackage(name: string, from: string, modules: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = basename(folder) === "node_modules" ? join(folder, name) : join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (folder === modules) throw new Error(`${name}, which ${from} needs, is not installed: run npm ci.`);
  }
}

async function copyPackage(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  // A nested package is copied on its own when something needs it.
  const isNested = (path: string): boolean => relative(from, path).split(sep).includes("node_modules");
  const isWanted = (path: string): boolean => !isNested(path) && !leftOut.some((pattern) => pattern.test(path));
  await cp(from, to, { recursive: true, filter: isWanted, dereference: true });
}

interface PackageManifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): PackageManifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageManifest;
}

function hasVersion(folder: string, version: string): boolean {
  return existsSync(join(folder, "package.json")) && readManifest(folder).version === version;
}
