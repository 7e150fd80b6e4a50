import { getLlama, type Llama, LlamaLogLevel } from "node-llama-cpp";
import type { LoadCommand } from "../../../contract/engine/control.ts";
import { errorReason } from "../../platform/error-reason.ts";
import { libraryOptions } from "./native-options.ts";
import { useEnginePackages } from "./use-engine-packages.ts";

export interface OpenedLlama {
  readonly llama: Llama;
  /** What computes, as people call it: `cpu`, or the interface and its devices. */
  readonly device: string;
  /** Why the processor computes instead of what was asked for; null when it is as asked. */
  readonly fallbackReason: string | null;
}

/**
 * Opens llama.cpp on the accelerator that the node has chosen, or on the processor when that turns out not to work
 * here: a driver may be there without a device behind it, which shows only now.
 */
export async function openLlama(command: LoadCommand): Promise<OpenedLlama> {
  const { kind, packagesFolder } = command.accelerator;
  if (kind === "cpu") return { llama: await open(false, command), device: "cpu", fallbackReason: null };
  try {
    if (packagesFolder !== null) useEnginePackages(packagesFolder);
    const llama = await open(kind, command);
    const devices = await llama.getGpuDeviceNames();
    if (devices.length > 0) return { llama, device: `${kind}: ${devices.join(", ")}`, fallbackReason: null };
    await llama.dispose();
    return await onProcessor(command, `${kind} shows no device`);
  } catch (error) {
    return await onProcessor(command, `${kind} cannot be used: ${errorReason(error)}`);
  }
}

async function onProcessor(command: LoadCommand, fallbackReason: string): Promise<OpenedLlama> {
  return { llama: await open(false, command), device: "cpu", fallbackReason };
}

async function open(gpu: false | "metal" | "vulkan" | "cuda", command: LoadCommand): Promise<Llama> {
  return await getLlama({
    // Never compile and never download: what is not installed is not used.
    build: "never",
    skipDownload: true,
    progressLogs: false,
    gpu,
    ...libraryOptions(command),
    logLevel: LlamaLogLevel.warn,
    logger: (level, message) => process.stderr.write(`llama.cpp ${level}: ${message.trimEnd()}\n`),
  });
}
