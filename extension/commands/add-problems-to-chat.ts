import type { Command } from "./command.ts";

export const addProblemsToChat: Command = async ({ chat }) => await chat.attach(chat.attachments.problems());
