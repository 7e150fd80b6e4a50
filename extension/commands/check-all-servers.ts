import { checkServers } from "./check-servers.ts";
import type { Command } from "./command.ts";

export const checkAllServers: Command = async (services) => await checkServers(services, null);
