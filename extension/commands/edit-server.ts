import { changeServer, serverAsItIs } from "../servers/change-server.ts";
import { quickPrompts } from "../servers/quick-prompts.ts";
import { serverFields } from "../servers/server-changes.ts";
import type { Command } from "./command.ts";

/** Changes one thing about a server: shows what it is now, then asks what it is to be. */
export const editServer: Command = async (services, argument) => {
  const { t } = services;
  const server = await serverAsItIs(services, argument);
  if (server === undefined) return;
  const fields = Object.values(serverFields(server, { prompts: quickPrompts, t }));
  const choices = fields.map((field) => ({
    label: field.label,
    description: field.value,
    icon: field.icon,
    value: field,
  }));
  const question = { title: t("Edit {0}", { 0: server.label }), placeholder: t("What is to be changed?"), choices };
  const chosen = await quickPrompts.pick(question);
  if (chosen.outcome !== "next") return;
  for (let isDone = false; !isDone; ) {
    const answer = await chosen.value.ask();
    isDone = answer.outcome !== "next" || (await changeServer(services, server, answer.value));
  }
};
