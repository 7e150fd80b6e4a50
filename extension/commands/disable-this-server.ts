import { backendsDisable } from "../../contract/rpc/backends.ts";
import type { Command } from "./command.ts";
import { serverToActOn } from "./server-of-row.ts";

/** Not asked whether: it is undone with one click on the same row, and open answers go on. */
export const disableThisServer: Command = async (services, argument) => {
  const server = await serverToActOn(services, argument);
  if (server === undefined) return;
  await (await services.supervisor.start()).request(backendsDisable, { id: server.backendId });
};
