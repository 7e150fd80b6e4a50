import type { Command } from "./command.ts";

export const addSelectionToChat: Command = async ({ chat }) =>
  await chat.attach(await chat.attachments.from("selection"));
