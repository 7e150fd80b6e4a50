import { askableOfRow } from "./askable-of-row.ts";
import type { Command } from "./command.ts";

/** Called with a row or a thing, its model is among the chosen. The node starts while the list is open. */
export const compareModels: Command = async (services, argument) =>
  await services.compare.compare(argument === undefined ? undefined : askableOfRow(services, argument).kept);
