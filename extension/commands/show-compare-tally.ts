import type { Command } from "./command.ts";

export const showCompareTally: Command = async ({ compare }) => compare.showTally();
