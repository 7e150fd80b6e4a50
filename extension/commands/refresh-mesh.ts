import type { Command } from "./command.ts";

export const refreshMesh: Command = async ({ refresh }) => await refresh();
