import type { Command } from "./command.ts";

/** The argument is the number of a change, from the words above it; without one, the change at the cursor. */
export const rejectChange: Command = async ({ inline }, argument) => await inline.desk.decide(argument, "rejected");
