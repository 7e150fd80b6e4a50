import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { MachineFindings } from "./choose-accelerator.ts";

type Probed = Omit<MachineFindings, "installed" | "installing">;

const run = promisify(execFile);

/** What the Linux binaries of the CUDA packages are linked with, read off them. */
const cudaLibraries = ["libcudart.so.13", "libcublas.so.13"];
const linuxLibraryFolders = ["/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
const toolkitFolders = ["/usr/local/cuda/lib64", "/usr/local/cuda/targets/x86_64-linux/lib", "/opt/cuda/lib64"];
/** Where the Vulkan loader looks for drivers. Source: the loader's own documentation of Linux manifests. */
const vulkanManifestFolders = ["/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/usr/share/vulkan/icd.d"];

/** Looks at drivers and libraries. Reads files and asks one program; nothing is loaded into this process. */
export async function probeMachine(env: NodeJS.ProcessEnv): Promise<Probed> {
  const { platform, arch } = process;
  if (platform === "win32") return { platform, arch, ...(await probeWindows(env)) };
  if (platform !== "linux") {
    return { platform, arch, nvidiaDriver: null, missingCudaLibraries: [], hasVulkanLoader: false, vulkanDrivers: 0 };
  }
  const searched = [...(env.LD_LIBRARY_PATH ?? "").split(":").filter(Boolean), ...linuxLibraryFolders];
  const present = new Set((await Promise.all([...searched, ...toolkitFolders].map(list))).flat());
  return {
    platform,
    arch,
    nvidiaDriver: await linuxNvidiaDriver(),
    missingCudaLibraries: cudaLibraries.filter((name) => !present.has(name)),
    hasVulkanLoader: present.has("libvulkan.so.1"),
    vulkanDrivers: await countVulkanDrivers(env),
  };
}

/** The kernel module tells its version: `NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.95.05  …`. */
async function linuxNvidiaDriver(): Promise<string | null> {
  const text = await readFile("/proc/driver/nvidia/version", "utf8").catch(() => "");
  return /Kernel Module(?: for \S+)? +(\d+\.[\d.]+)/.exec(text)?.[1] ?? null;
}

async function countVulkanDrivers(env: NodeJS.ProcessEnv): Promise<number> {
  const named = env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES;
  if (named) return named.split(":").filter(Boolean).length;
  const files = (await Promise.all(vulkanManifestFolders.map(list))).flat();
  return files.filter((name) => name.endsWith(".json")).length;
}

async function probeWindows(env: NodeJS.ProcessEnv): Promise<Omit<Probed, "platform" | "arch">> {
  const system = await list(join(env.SYSTEMROOT ?? env.SystemRoot ?? "C:\\Windows", "System32"));
  const present = new Set(system.map((name) => name.toLowerCase()));
  const hasVulkanLoader = present.has("vulkan-1.dll");
  return {
    nvidiaDriver: present.has("nvml.dll") ? await askNvidiaSmi() : null,
    // The toolkit puts its libraries on the PATH; the engine itself tells when one is missing.
    missingCudaLibraries: [],
    hasVulkanLoader,
    vulkanDrivers: hasVulkanLoader ? 1 : 0,
  };
}

async function askNvidiaSmi(): Promise<string | null> {
  const query = ["--query-gpu=driver_version", "--format=csv,noheader"];
  const { stdout } = await run("nvidia-smi", query, { timeout: 5000 }).catch(() => ({ stdout: "" }));
  return /^\d+\.[\d.]+/.exec(stdout.trim())?.[0] ?? null;
}

async function list(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}
