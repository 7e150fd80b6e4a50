import type { AcceleratorKind } from "../../../contract/mesh/accelerator.ts";

/** One package of npm's registry with engine binaries. */
export interface EnginePackage {
  readonly name: string;
  /** Of the packed file: what must be fetched is known before it is asked for, so no registry has to be trusted. */
  readonly integrity: string;
  readonly sizeBytes: number;
}

/** The version of node-llama-cpp that these belong to; it refuses binaries of any other. A test holds it to ours. */
export const enginePackagesVersion = "3.21.1";

const scope = "@node-llama-cpp";

/** Packages that are fetched on request, by platform, architecture and kind. Figures: npm's registry, 2026-11-21. */
const packages: Readonly<Record<string, readonly EnginePackage[]>> = {
  "linux-x64-vulkan": [
    {
      name: `${scope}/linux-x64-vulkan`,
      integrity: "sha512-flEeSzONQ6OIm5bYKLQf4eEnBzcC5WugFbyPUwkCqyyOFZ8pH0H9ulQ7ZNDLSIczeKneMRJornlyY1Hq7d3GDA==",
      sizeBytes: 27_476_121,
    },
  ],
  // The second package of each pair holds kernels for older cards; the first finds it beside itself.
  "linux-x64-cuda": [
    {
      name: `${scope}/linux-x64-cuda`,
      integrity: "sha512-idsE55VoD/FbvLhnBC9krUJaUoC0XnebseAAnCpm/brKf61HEbu+idgbb5eN6mxkjLSrHtILprJ0nDcUJjVrFg==",
      sizeBytes: 142_850_036,
    },
    {
      name: `${scope}/linux-x64-cuda-ext`,
      integrity: "sha512-1PuURowccBcks3CCoMe1mTHh5vD0V5bFHMUEgtbI/OSDjpP+Pdbn+lf42CGUrepTzR8kCH1HovQ7d8q6/vuIKA==",
      sizeBytes: 176_679_086,
    },
  ],
  "win32-x64-vulkan": [
    {
      name: `${scope}/win-x64-vulkan`,
      integrity: "sha512-HJ237Azh5m4Sz+w3A1IU/fYLaSDOocskcfn2ILTgqTuuORCB86EMnu3Yt/XsNhRHTtEiwz1Q/E0mO4PLIbZLAA==",
      sizeBytes: 26_619_567,
    },
  ],
  "win32-x64-cuda": [
    {
      name: `${scope}/win-x64-cuda`,
      integrity: "sha512-PLz70neFEMkQTlmJqG1ujUtCSgHasLPMxQ9rLkqQVmZYAXqkRj+45TIHCjdn3XqUeaoun0vrO9rRaxZ8NVq9jg==",
      sizeBytes: 138_542_727,
    },
    {
      name: `${scope}/win-x64-cuda-ext`,
      integrity: "sha512-L2MxLVEYPDDe4O8EDWPmX6brldc9+Vt9hNoT/anj3pSnmrjkQcmaoKhHs6oP5qhEhb5Uog0rj6lgzNGtJO3p9Q==",
      sizeBytes: 175_417_684,
    },
  ],
};

/** The packages of a kind on a platform; none when there are none to fetch. */
export function enginePackagesOf(
  kind: AcceleratorKind,
  machine: { platform: string; arch: string },
): readonly EnginePackage[] {
  return packages[`${machine.platform}-${machine.arch}-${kind}`] ?? [];
}
