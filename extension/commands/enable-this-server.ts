import { backendsEnable } from "../../contract/rpc/backends.ts";
import type { Command } from "./command.ts";
import { serverOfRow } from "./server-of-row.ts";

export const enableThisServer: Command = async (services, argument) => {
  const { backendId } = serverOfRow(services, argument);
  await (await services.supervisor.start()).request(backendsEnable, { id: backendId });
};
