import type { Command } from "./command.ts";
import { modelOfRow } from "./model-of-row.ts";

export const chatWithThisModel: Command = async (services, argument) => {
  services.chat.chooseModel(modelOfRow(services, argument).id);
  await services.chat.open();
};
