import type { Command } from "./command.ts";

/** The argument is the thread whose button was pressed. */
export const removeAnswer: Command = async ({ inline }, argument) => inline.removeAnswer(argument);
