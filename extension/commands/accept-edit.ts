import type { Command } from "./command.ts";

export const acceptEdit: Command = async ({ inline }) => await inline.desk.accept();
