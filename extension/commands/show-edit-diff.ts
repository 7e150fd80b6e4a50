import type { Command } from "./command.ts";

export const showEditDiff: Command = async ({ inline }) => await inline.desk.showDiff();
