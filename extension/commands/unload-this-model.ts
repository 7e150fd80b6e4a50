import type { Command } from "./command.ts";
import { modelOfRow } from "./model-of-row.ts";
import { unloadFromMemory } from "./unload-from-memory.ts";
import { unloadModel } from "./unload-model.ts";

export const unloadThisModel: Command = async (services, argument) => {
  // The editor hands over no row that is drawn anew at that moment: then the person is asked.
  if (argument === undefined) return await unloadModel(services, argument);
  await unloadFromMemory(services, modelOfRow(services, argument));
};
