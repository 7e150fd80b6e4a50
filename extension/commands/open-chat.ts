import type { Command } from "./command.ts";

export const openChat: Command = async ({ chat }) => await chat.open();
