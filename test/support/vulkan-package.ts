import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { enginePackagesOf, enginePackagesVersion } from "../../sidecar/engine/accelerators/accelerator-packages.ts";

const run = promisify(execFile);
const driverFolders = ["/etc/vulkan/icd.d", "/usr/share/vulkan/icd.d"];

/** Why the tests that compute with Vulkan cannot run here; undefined when they can. Software drivers are enough. */
export function whyNoVulkan(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "they need Linux on x64";
  const hasDriver = driverFolders.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
  if (hasDriver) return undefined;
  return "there is no Vulkan driver (Debian and Ubuntu: apt-get install -y --no-install-recommends mesa-vulkan-drivers)";
}

/** The real engine package for Vulkan, fetched by npm once for all checkouts of this user: 27 MB. */
export async function readVulkanPackage(): Promise<Buffer> {
  const [wanted] = enginePackagesOf("vulkan", { platform: "linux", arch: "x64" });
  if (wanted === undefined) throw new Error("No Vulkan package is known.");
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "inference-mesh-dev/engine-packages");
  const path = join(cache, `vulkan-${enginePackagesVersion}.tgz`);
  if (!existsSync(path)) {
    await mkdir(cache, { recursive: true });
    const draft = await mkdtemp(join(cache, "draft-"));
    await run("npm", ["pack", "--silent", "--pack-destination", draft, `${wanted.name}@${enginePackagesVersion}`]);
    await rename(join(draft, readdirSync(draft)[0] ?? ""), path);
    await rm(draft, { recursive: true });
  }
  return await readFile(path);
}

/** So that nobody takes a skipped test for one that has passed. */
export function sayLoudly(text: string): void {
  const line = "=".repeat(100);
  console.warn(`\n${line}\n${text.toUpperCase()}\n${line}\n`);
}
