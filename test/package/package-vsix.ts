import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { stageExtension } from "./stage-extension.ts";
import { stageNativePackage } from "./stage-native-package.ts";
import { pinnedBinary } from "./unpack-binary.ts";
import { isVsixTarget, testedTarget, type VsixTarget, vsixTargets } from "./vsix-targets.ts";

const repository = resolve(import.meta.dirname, "../..");
/** What the largest target may weigh; the engine is most of it. */
const maxBytes = 16_000_000;

/** Where the package of a target lies once it has been made. */
export function vsixPath(target: VsixTarget): string {
  const { name, version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    name: string;
    version: string;
  };
  return join(repository, `${name}-${target}-${version}.vsix`);
}

/** Makes the package of one target from what `npm run build` left in `dist`. */
export async function packageVsix(target: VsixTarget): Promise<{ path: string; sizeBytes: number }> {
  if (!existsSync(join(repository, "dist/extension/main.cjs"))) throw new Error("Nothing is built: run npm run build.");
  const path = vsixPath(target);
  // Outside the repository, so that vsce can take nothing from it that was not staged.
  const stage = await mkdtemp(join(tmpdir(), "mesh-vsix-"));
  try {
    await stageExtension(repository, stage);
    for (const [name, binary] of Object.entries(vsixTargets[target])) {
      await stageNativePackage(repository, stage, { name, binary: await pinnedBinary(repository, binary) });
    }
    await rm(path, { force: true });
    vsce(stage, ["package", "--target", target, "--out", path]);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
  return { path, sizeBytes: (await stat(path)).size };
}

function vsce(cwd: string, args: readonly string[]): void {
  const program = join(repository, "node_modules/@vscode/vsce/vsce");
  // No repository's address is known, so links stay as they are.
  const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
  const noLicense = existsSync(join(cwd, "LICENSE")) ? [] : ["--skip-license"];
  const { status, stderr } = spawnSync(process.execPath, [program, ...args, ...flags, ...noLicense], {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  // It advises to bundle the engine, which loads its binaries from beside itself and cannot be bundled.
  const complaints = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("vscode-bundle-extension"));
  for (const line of complaints) console.error(line);
  if (status !== 0) throw new Error(`vsce could not package ${cwd}.`);
}

function chosenTargets(): VsixTarget[] {
  const { values } = parseArgs({ options: { target: { type: "string", multiple: true }, all: { type: "boolean" } } });
  const names = values.all ? Object.keys(vsixTargets) : (values.target ?? [testedTarget]);
  const unknown = names.filter((name) => !isVsixTarget(name));
  if (unknown.length > 0) {
    throw new Error(`There is no target ${unknown.join(", ")}; there are ${Object.keys(vsixTargets).join(", ")}.`);
  }
  return names.filter(isVsixTarget);
}

if (import.meta.main) {
  for (const target of chosenTargets()) {
    const { path, sizeBytes } = await packageVsix(target);
    console.log(`${path} (${(sizeBytes / 1e6).toFixed(2)} MB${target === testedTarget ? "" : ", untested"})`);
    if (sizeBytes > maxBytes) {
      console.error(`That is more than the ${maxBytes / 1e6} MB that a package may weigh.`);
      process.exitCode = 1;
    }
  }
}
