import type { Accelerator, AcceleratorKind, AcceleratorWish } from "../../../contract/mesh/accelerator.ts";
import { enginePackagesOf } from "./accelerator-packages.ts";

/** What a look at the machine has shown. */
export interface MachineFindings {
  readonly platform: string;
  readonly arch: string;
  /** Version of the NVIDIA driver, as `580.95`; null without one. */
  readonly nvidiaDriver: string | null;
  /** Libraries of NVIDIA's toolkit that the CUDA package needs and this machine lacks. */
  readonly missingCudaLibraries: readonly string[];
  readonly hasVulkanLoader: boolean;
  /** Drivers that tell the Vulkan loader about themselves: graphics cards, or software that stands in for one. */
  readonly vulkanDrivers: number;
  /** Kinds whose packages were fetched. */
  readonly installed: ReadonlySet<AcceleratorKind>;
  readonly installing: ReadonlySet<AcceleratorKind>;
}

/** The CUDA packages are built with CUDA 13, which needs a driver of this series. Source: NVIDIA's CUDA release notes. */
const oldestDriver = 580;

/** Fastest first: NVIDIA's own interface is faster on its cards than Vulkan. */
const preference = ["cuda", "metal", "vulkan", "cpu"] as const;

type Obstacle = (machine: MachineFindings) => string | undefined;

/** Why a kind cannot work on this machine; undefined when it can. */
const obstacles: Readonly<Record<AcceleratorKind, Obstacle>> = {
  cpu: () => undefined,
  metal: ({ platform, arch }) =>
    platform === "darwin" && arch === "arm64" ? undefined : "Metal exists on Apple's own processors only.",
  cuda: (machine) => {
    if (enginePackagesOf("cuda", machine).length === 0) return noPackage("CUDA", machine);
    if (machine.nvidiaDriver === null) return "There is no NVIDIA driver.";
    if (Number.parseInt(machine.nvidiaDriver, 10) < oldestDriver) {
      return `The NVIDIA driver ${machine.nvidiaDriver} is older than ${oldestDriver}, which CUDA 13 needs.`;
    }
    const missing = machine.missingCudaLibraries;
    return missing.length === 0
      ? undefined
      : `Libraries of NVIDIA's CUDA 13 toolkit are missing: ${missing.join(", ")}.`;
  },
  vulkan: (machine) => {
    if (enginePackagesOf("vulkan", machine).length === 0) return noPackage("Vulkan", machine);
    if (!machine.hasVulkanLoader) return "The Vulkan loader (libvulkan) is not installed.";
    return machine.vulkanDrivers > 0 ? undefined : "No graphics driver offers Vulkan.";
  },
};

const noPackage = (name: string, { platform, arch }: MachineFindings): string =>
  `There is no ${name} engine for ${platform} on ${arch}.`;

/** All kinds with what they are on this machine, fastest first; exactly one is chosen. Pure. */
export function chooseAccelerator(machine: MachineFindings, wish: AcceleratorWish): Accelerator[] {
  const rows = preference.map((kind) => describe(kind, machine));
  const isReady = ({ state }: Accelerator): boolean => state === "included" || state === "installed";
  const wanted = wish === "off" ? "cpu" : wish;
  const chosen =
    rows.find((row) => isReady(row) && (wanted === "auto" || row.kind === wanted)) ??
    rows.find((row) => row.kind === "cpu");
  return rows.map((row) => ({ ...row, isChosen: row === chosen, reason: explain(row, row === chosen, wish) }));
}

function describe(kind: AcceleratorKind, machine: MachineFindings): Accelerator {
  const packages = enginePackagesOf(kind, machine);
  const obstacle = obstacles[kind](machine);
  const downloadBytes = packages.length === 0 ? null : packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { kind, state: stateOf(kind, machine, obstacle), isChosen: false, reason: obstacle ?? "", downloadBytes };
}

function stateOf(kind: AcceleratorKind, machine: MachineFindings, obstacle: string | undefined): Accelerator["state"] {
  if (machine.installing.has(kind)) return "installing";
  if (obstacle !== undefined) return "unusable";
  if (enginePackagesOf(kind, machine).length === 0) return "included";
  return machine.installed.has(kind) ? "installed" : "available";
}

function explain(row: Accelerator, isChosen: boolean, wish: AcceleratorWish): string {
  if (row.state === "unusable") return row.reason;
  if (row.state === "installing") return "Its engine is being fetched.";
  if (isChosen && (wish === row.kind || (wish === "off" && row.kind === "cpu"))) return "The configuration names it.";
  if (isChosen) return row.kind === "cpu" ? "Nothing faster is ready." : "It is the fastest that is ready.";
  if (row.state === "available") return "Its engine has not been fetched.";
  return wish === "auto" ? "Something faster is ready." : "The configuration names another.";
}
