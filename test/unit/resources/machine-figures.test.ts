import type { CpuInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { readAmdGpus } from "../../../sidecar/resources/amd-gpus.ts";
import { CpuLoad } from "../../../sidecar/resources/cpu-load.ts";

const device = "/sys/class/drm/card1/device";
const card = {
  [`${device}/vendor`]: "0x1002\n",
  [`${device}/uevent`]: "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0\n",
  [`${device}/mem_info_vram_total`]: "25753026560\n",
  [`${device}/mem_info_vram_used`]: "1073741824\n",
  [`${device}/gpu_busy_percent`]: "42\n",
  [`${device}/hwmon/hwmon4/temp1_input`]: "51000\n",
  [`${device}/hwmon/hwmon4/power1_average`]: "93000000\n",
};

function gpusOf(files: Record<string, string>) {
  const list = (path: string): string[] => {
    const below = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
    return [...new Set(below.map((file) => file.slice(path.length + 1).split("/")[0] ?? ""))];
  };
  return readAmdGpus((path) => files[path], list);
}

describe("AMD's GPUs, as the kernel reports them", () => {
  it("are read without any tool", () => {
    expect(gpusOf(card)).toEqual([
      {
        id: "0000:03:00.0",
        name: "AMD GPU",
        memoryTotalBytes: 25_753_026_560,
        memoryUsedBytes: 1_073_741_824,
        utilisation: 0.42,
        temperatureCelsius: 51,
        powerWatts: 93,
      },
    ]);
  });

  it("have null, not zero, for what the kernel does not report", () => {
    expect(gpusOf({ [`${device}/vendor`]: "0x1002" })).toEqual([
      {
        id: "card1",
        name: "AMD GPU",
        memoryTotalBytes: null,
        memoryUsedBytes: null,
        utilisation: null,
        temperatureCelsius: null,
        powerWatts: null,
      },
    ]);
  });

  it("are not the cards of other makers, nor the connectors of a card", () => {
    expect(
      gpusOf({ "/sys/class/drm/card0/device/vendor": "0x10de", "/sys/class/drm/card1-DP-1/device/vendor": "0x1002" }),
    ).toEqual([]);
  });
});

describe("the load of the processor", () => {
  const cores = (busy: number, idle: number): CpuInfo[] =>
    [0, 1].map(() => ({ model: "", speed: 0, times: { user: busy, nice: 0, sys: 0, irq: 0, idle } }));

  it("is the share of time in which its cores worked since the last look", () => {
    const load = new CpuLoad();
    expect(load.next(cores(100, 900))).toBeNull();
    expect(load.next(cores(175, 925))).toBe(0.75);
    expect(load.next(cores(175, 1025))).toBe(0);
  });

  it("is not reported where no time has passed", () => {
    const load = new CpuLoad();
    load.next(cores(1, 1));
    expect(load.next(cores(1, 1))).toBeNull();
  });
});
