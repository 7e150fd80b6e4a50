import type { LlamaContextOptions, LlamaModelOptions, LlamaOptions } from "node-llama-cpp";
import type { LoadCommand } from "../../../contract/engine/control.ts";

/** What of a load command concerns the library as a whole. */
export function libraryOptions(command: LoadCommand): Pick<LlamaOptions, "numa" | "vramPadding"> {
  const budget = command.gpuBudgetBytes;
  return {
    numa: command.numa ?? false,
    // What is padding is not used: so layers keep to the budget.
    ...(budget === null ? {} : { vramPadding: (totalBytes: number) => Math.max(0, totalBytes - budget) }),
  };
}

/** Layers on a GPU leave room there for the contexts that follow. */
export function layerOptions({
  gpuLayers,
  contextTokens,
  parallel,
}: LoadCommand): NonNullable<LlamaModelOptions["gpuLayers"]> {
  if (gpuLayers === "max") return "max";
  const { min, max } = gpuLayers === "auto" ? {} : gpuLayers;
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    fitContext: { contextSize: contextTokens * parallel },
  };
}

export function contextOptions(command: LoadCommand): Pick<LlamaContextOptions, "flashAttention" | "lora"> {
  const adapters = command.loraAdapters.map(({ path, scale }) => ({ filePath: path, scale }));
  return { flashAttention: command.flashAttention, ...(adapters.length === 0 ? {} : { lora: { adapters } }) };
}
