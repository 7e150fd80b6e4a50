import type { Command } from "./command.ts";
import { confirmForce, otherClientsQuestion } from "./confirm-force.ts";

export const stopNode: Command = async ({ supervisor, t }) => {
  await confirmForce((force) => supervisor.stop(force), "node_in_use", otherClientsQuestion(t, t("Stop for All")));
};
