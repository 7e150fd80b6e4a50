import type { Command } from "./command.ts";

export const newChat: Command = async ({ chat }) => {
  chat.newConversation();
  await chat.open();
};
