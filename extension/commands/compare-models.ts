import type { Command } from "./command.ts";

/** Called with a row or a thing, its model is among the chosen. */
export const compareModels: Command = async ({ supervisor, compare }, argument) => {
  await supervisor.start();
  await compare.compare(argument);
};
