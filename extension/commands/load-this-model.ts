import type { Command } from "./command.ts";
import { loadIntoMemory } from "./load-into-memory.ts";
import { modelOfRow } from "./model-of-row.ts";

export const loadThisModel: Command = async (services, argument) => {
  const { id, displayName } = modelOfRow(services, argument);
  await loadIntoMemory(services, id, displayName);
};
