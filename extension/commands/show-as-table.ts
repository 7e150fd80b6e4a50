import type { Command } from "./command.ts";

export const showAsTable: Command = async ({ topology }) => topology.open("table");
