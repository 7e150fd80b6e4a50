import { readdirSync } from "node:fs";
import type { Gpu } from "../../contract/mesh/hardware.ts";
import { type ReadText, readSystemFile } from "./host-memory.ts";

const drm = "/sys/class/drm";
const amd = "0x1002";

export type ListFolder = (path: string) => readonly string[];

export const listSystemFolder: ListFolder = (path) => {
  try {
    return readdirSync(path);
  } catch {
    // No such folder: nothing in it.
    return [];
  }
};

/** AMD's graphics processors as the kernel's own driver reports them, without any tool. */
export function readAmdGpus(read: ReadText = readSystemFile, list: ListFolder = listSystemFolder): Gpu[] {
  const cards = list(drm).filter((name) => /^card\d+$/.test(name));
  return cards.flatMap((card) => {
    const device = `${drm}/${card}/device`;
    if (read(`${device}/vendor`)?.trim() !== amd) return [];
    const figure = (name: string, factor = 1): number | null => {
      const text = read(`${device}/${name}`)?.trim() ?? "";
      return /^\d+$/.test(text) ? Number(text) * factor : null;
    };
    const sensors = `hwmon/${list(`${device}/hwmon`)[0] ?? ""}`;
    const place = /PCI_SLOT_NAME=(\S+)/.exec(read(`${device}/uevent`) ?? "")?.[1];
    return {
      id: place ?? card,
      name: read(`${device}/product_name`)?.trim() || "AMD GPU",
      memoryTotalBytes: figure("mem_info_vram_total"),
      memoryUsedBytes: figure("mem_info_vram_used"),
      utilisation: figure("gpu_busy_percent", 0.01),
      temperatureCelsius: figure(`${sensors}/temp1_input`, 0.001),
      powerWatts: figure(`${sensors}/power1_average`, 1e-6),
    };
  });
}
