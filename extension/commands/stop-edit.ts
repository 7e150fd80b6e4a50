import type { Command } from "./command.ts";

export const stopEdit: Command = async ({ inline }) => inline.stop();
