import { checkServers } from "./check-servers.ts";
import type { Command } from "./command.ts";
import { serverOfRow } from "./server-of-row.ts";

export const checkThisServer: Command = async (services, argument) => {
  await checkServers(services, serverOfRow(services, argument));
};
