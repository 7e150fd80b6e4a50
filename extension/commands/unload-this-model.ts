import type { Command } from "./command.ts";
import { modelOfRow } from "./model-of-row.ts";
import { unloadFromMemory } from "./unload-from-memory.ts";

export const unloadThisModel: Command = async (services, argument) => {
  await unloadFromMemory(services, modelOfRow(services, argument));
};
