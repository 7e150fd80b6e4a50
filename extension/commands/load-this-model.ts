import type { Command } from "./command.ts";
import { loadIntoMemory } from "./load-into-memory.ts";
import { loadModel } from "./load-model.ts";
import { modelOfRow } from "./model-of-row.ts";

export const loadThisModel: Command = async (services, argument) => {
  // The editor hands over no row that is drawn anew at that moment: then the person is asked.
  if (argument === undefined) return await loadModel(services, argument);
  const { id, displayName } = modelOfRow(services, argument);
  await loadIntoMemory(services, id, displayName);
};
