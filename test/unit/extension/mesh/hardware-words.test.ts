import { describe, expect, it } from "vitest";
import type { Gpu, Hardware } from "../../../../contract/mesh/hardware.ts";
import { hardwareWords } from "../../../../extension/mesh/hardware-words.ts";
import { hardwareLines } from "../../../../sidecar/cli/hardware-lines.ts";
import { english } from "../../../support/translate.ts";

const gpu: Gpu = {
  id: "GPU-1",
  name: "NVIDIA H200",
  memoryTotalBytes: 150e9,
  memoryUsedBytes: 12e9,
  utilisation: 0.4,
  temperatureCelsius: 41.2,
  powerWatts: 120.5,
};
const machine: Hardware = {
  cpu: { model: "AMD EPYC", cores: 16, load: 0.35 },
  memory: { totalBytes: 64e9, availableBytes: 48e9 },
  gpus: [gpu],
};
const silent: Gpu = {
  ...gpu,
  memoryTotalBytes: null,
  memoryUsedBytes: null,
  utilisation: null,
  temperatureCelsius: null,
  powerWatts: null,
};

describe("a machine's tooltip", () => {
  it("tells of its processor, memory and GPUs", () => {
    expect(hardwareWords(machine, english)).toEqual([
      "16 cores, 35 % busy (AMD EPYC)",
      "48 GB of 64 GB of memory available",
      "NVIDIA H200, 12 GB of 150 GB used, 40 % busy, 41 °C, 121 W",
    ]);
  });

  it("says nothing of what is not reported, and never zero", () => {
    const words = hardwareWords({ ...machine, cpu: { ...machine.cpu, load: null }, gpus: [silent] }, english);
    expect([words[0], words[2]]).toEqual(["16 cores (AMD EPYC)", "NVIDIA H200"]);
    for (const gpus of [null, []]) {
      expect(hardwareWords({ ...machine, gpus }, english).at(-1)).toBe("GPU: not reported");
    }
  });
});

describe("a machine in a terminal", () => {
  it("is told in the same way", () => {
    expect(hardwareLines(machine)).toEqual([
      "16 cores, 35 % busy (AMD EPYC)",
      "48.0 GB of 64.0 GB of memory available",
      "GPU: NVIDIA H200, 12.0 GB used of 150.0 GB, 40 % busy, 41 °C, 121 W",
    ]);
    expect(hardwareLines({ ...machine, gpus: [silent] }).at(-1)).toBe("GPU: NVIDIA H200, use not reported");
    expect(hardwareLines({ ...machine, gpus: null }).at(-1)).toBe("GPU: none reported");
  });
});
