import type { Command } from "./command.ts";

export const useWith: Command = async ({ useWith }) => useWith.open();
