import type { Command } from "./command.ts";

export const addTerminalSelectionToChat: Command = async ({ chat }) =>
  await chat.attach(await chat.attachments.from("terminal"));
