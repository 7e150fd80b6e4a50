import type { Command } from "./command.ts";
import { confirmForce, otherClientsQuestion } from "./confirm-force.ts";

export const restartNode: Command = async ({ supervisor, t }) => {
  await confirmForce(
    (force) => supervisor.restart(force),
    "node_in_use",
    otherClientsQuestion(t, t("Restart for All")),
  );
};
