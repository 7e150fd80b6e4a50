import { changeServer, serverAsItIs } from "../servers/change-server.ts";
import { quickPrompts } from "../servers/quick-prompts.ts";
import { serverFields } from "../servers/server-changes.ts";
import type { Command } from "./command.ts";

/** How far prompts travel to a server, and its share of the requests: what routing goes by, changed at once. */
export const setLabelAndWeight: Command = async (services, argument) => {
  const server = await serverAsItIs(services, argument);
  if (server === undefined) return;
  const { privacy, weight } = serverFields(server, { prompts: quickPrompts, t: services.t });
  const label = await privacy.ask();
  if (label.outcome !== "next") return;
  const share = await weight.ask();
  if (share.outcome !== "next") return;
  await changeServer(services, server, { changes: { ...label.value.changes, ...share.value.changes } });
};
