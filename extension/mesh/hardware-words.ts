import type { Gpu, Hardware } from "../../contract/mesh/hardware.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { byteSize } from "./quantities.ts";

const maxNameCharacters = 80;

/** A machine's figures for a tooltip, one line each. What is not reported is said to be so, or left out. */
export function hardwareWords({ cpu, memory, gpus }: Hardware, t: Translate): string[] {
  const model = plainText(cpu.model, maxNameCharacters);
  const cores =
    cpu.load === null
      ? t("{0} cores ({1})", { 0: cpu.cores, 1: model })
      : t("{0} cores, {1} % busy ({2})", { 0: cpu.cores, 1: percent(cpu.load), 2: model });
  const free = { 0: byteSize(memory.availableBytes), 1: byteSize(memory.totalBytes) };
  const graphics = gpus === null || gpus.length === 0 ? [t("GPU: not reported")] : gpus.map((gpu) => gpuWords(gpu, t));
  return [cores, t("{0} of {1} of memory available", free), ...graphics];
}

function gpuWords(gpu: Gpu, t: Translate): string {
  const words = [plainText(gpu.name, maxNameCharacters)];
  if (gpu.memoryUsedBytes !== null && gpu.memoryTotalBytes !== null) {
    words.push(t("{0} of {1} used", { 0: byteSize(gpu.memoryUsedBytes), 1: byteSize(gpu.memoryTotalBytes) }));
  }
  if (gpu.utilisation !== null) words.push(t("{0} % busy", { 0: percent(gpu.utilisation) }));
  if (gpu.temperatureCelsius !== null) words.push(`${Math.round(gpu.temperatureCelsius)} °C`);
  if (gpu.powerWatts !== null) words.push(`${Math.round(gpu.powerWatts)} W`);
  return words.join(", ");
}

const percent = (share: number): number => Math.round(share * 100);
