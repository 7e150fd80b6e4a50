import { checkServers } from "./check-servers.ts";
import type { Command } from "./command.ts";
import { serverToActOn } from "./server-of-row.ts";

export const checkThisServer: Command = async (services, argument) => {
  const server = await serverToActOn(services, argument);
  if (server !== undefined) await checkServers(services, server);
};
