import type { Command } from "./command.ts";

export const useWith: Command = async ({ useWith, supervisor }) => {
  useWith.open();
  // The page shows why it does not start.
  await supervisor.start().catch(() => undefined);
};
