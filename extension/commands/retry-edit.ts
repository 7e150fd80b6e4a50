import type { Command } from "./command.ts";

export const retryEdit: Command = async ({ inline }) => await inline.retry();
