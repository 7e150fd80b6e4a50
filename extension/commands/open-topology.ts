import type { Command } from "./command.ts";

export const openTopology: Command = async ({ topology }) => topology.open();
