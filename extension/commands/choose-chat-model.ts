import type { Command } from "./command.ts";

export const chooseChatModel: Command = async ({ chat }) => await chat.pickModel();
