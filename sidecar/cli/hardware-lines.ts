import type { Gpu, Hardware } from "../../contract/mesh/hardware.ts";
import { printable } from "./model-line.ts";

/** A machine's figures for terminals, one line each. What is not reported is said to be so. */
export function hardwareLines({ cpu, memory, gpus }: Hardware): string[] {
  const load = cpu.load === null ? "" : `, ${percent(cpu.load)} busy`;
  const processor = `${cpu.cores} cores${load} (${cpu.model})`;
  const free = `${gigabytes(memory.availableBytes)} of ${gigabytes(memory.totalBytes)} of memory available`;
  const graphics = gpus === null || gpus.length === 0 ? ["GPU: none reported"] : gpus.map(gpuLine);
  return [processor, free, ...graphics].map(printable);
}

function gpuLine(gpu: Gpu): string {
  const used = gpu.memoryUsedBytes === null ? "use not reported" : `${gigabytes(gpu.memoryUsedBytes)} used`;
  const memory = gpu.memoryTotalBytes === null ? used : `${used} of ${gigabytes(gpu.memoryTotalBytes)}`;
  const facts = [
    memory,
    gpu.utilisation === null ? "" : `${percent(gpu.utilisation)} busy`,
    gpu.temperatureCelsius === null ? "" : `${Math.round(gpu.temperatureCelsius)} °C`,
    gpu.powerWatts === null ? "" : `${Math.round(gpu.powerWatts)} W`,
  ];
  return `GPU: ${gpu.name}, ${facts.filter(Boolean).join(", ")}`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
