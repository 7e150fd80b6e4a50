import type { Command } from "./command.ts";

export const inlineChat: Command = async ({ inline }) => await inline.open();
