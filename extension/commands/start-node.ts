import type { Command } from "./command.ts";

export const startNode: Command = async ({ supervisor }) => {
  await supervisor.start();
};
