import { backendsEnable } from "../../contract/rpc/backends.ts";
import type { Command } from "./command.ts";
import { serverToActOn } from "./server-of-row.ts";

export const enableThisServer: Command = async (services, argument) => {
  const server = await serverToActOn(services, argument);
  if (server === undefined) return;
  await (await services.supervisor.start()).request(backendsEnable, { id: server.backendId });
};
