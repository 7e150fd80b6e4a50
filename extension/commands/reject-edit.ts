import type { Command } from "./command.ts";

export const rejectEdit: Command = async ({ inline }) => await inline.desk.reject();
