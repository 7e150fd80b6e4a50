import type { Gpu } from "../../contract/mesh/hardware.ts";

/** What is asked of `nvidia-smi`, in the order in which a line holds it. All are known to drivers of the last ten years. */
export const nvidiaFields = [
  "uuid",
  "name",
  "memory.total",
  "memory.used",
  "utilization.gpu",
  "temperature.gpu",
  "power.draw",
] as const;

const mebi = 2 ** 20;
/** Figures at the end of a line. */
const figures = 5;

/**
 * One line of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`; undefined for anything else. A figure that the
 * driver does not report (`[N/A]`, `[Not Supported]`, `[Unknown Error]`) is null.
 */
export function parseNvidiaLine(line: string): Gpu | undefined {
  const parts = line.split(",").map((part) => part.trim());
  const [id = ""] = parts;
  if (parts.length < nvidiaFields.length || !/^(GPU|MIG)-/.test(id)) return undefined;
  // A name may hold a comma; the figures after it do not.
  const name = parts.slice(1, -figures).join(", ");
  const [total, used, busy, temperature, power] = parts.slice(-figures).map(figure);
  return {
    id,
    name,
    memoryTotalBytes: scaled(total, mebi),
    memoryUsedBytes: scaled(used, mebi),
    utilisation: scaled(busy, 0.01),
    temperatureCelsius: temperature ?? null,
    powerWatts: power ?? null,
  };
}

const figure = (text: string): number | null => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : null);
const scaled = (value: number | null | undefined, factor: number): number | null =>
  value === null || value === undefined ? null : value * factor;
