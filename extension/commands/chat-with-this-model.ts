import { askableOfRow } from "./askable-of-row.ts";
import type { Command } from "./command.ts";

/** Chats with the model of a row or a thing. A row is at a place: where the model has others too, the chat keeps to it. */
export const chatWithThisModel: Command = async (services, argument) => {
  services.chat.choose(askableOfRow(services, argument).kept);
  await services.chat.open();
};
