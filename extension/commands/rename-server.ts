import { changeServer, serverAsItIs } from "../servers/change-server.ts";
import { quickPrompts } from "../servers/quick-prompts.ts";
import { serverFields } from "../servers/server-changes.ts";
import type { Command } from "./command.ts";

/** Changes what people see of a server; its name in requests and in the configuration stays. */
export const renameServer: Command = async (services, argument) => {
  const server = await serverAsItIs(services, argument);
  if (server === undefined) return;
  const answer = await serverFields(server, { prompts: quickPrompts, t: services.t }).label.ask();
  if (answer.outcome === "next") await changeServer(services, server, answer.value);
};
