import { createInterface } from "node:readline/promises";
import { modelsDelete, modelsList } from "../../../contract/rpc/models.ts";
import { formatByteSize } from "../../platform/byte-size.ts";
import type { Command, CommandContext } from "../command.ts";
import { missingArgument } from "../missing-argument.ts";
import { modelLine, printable } from "../model-line.ts";
import { withNode } from "../with-node.ts";

export const rmCommand: Command = {
  summary: "Delete a model's files after asking; --yes does not ask, --force also when it is loaded.",
  usage: "<model> [--yes] [--force]",
  flags: { yes: { type: "boolean", short: "y" }, force: { type: "boolean" } },
  run: async (context) => {
    const [name] = context.positionals;
    if (name === undefined) return missingArgument(context, "rm", "a model");
    return await withNode(context, async (connection) => {
      const { models } = await connection.request(modelsList, {});
      const model = models.find((each) => each.id === name);
      if (model !== undefined && context.flags.yes !== true) {
        context.note(`${modelLine(model)}\n${printable(model.path)}\n`);
        if (!(await isConfirmed(context))) return 1;
      }
      const force = context.flags.force === true;
      const deleted = await connection.request(modelsDelete, { model: name, force }, context.signal);
      const { id, origin } = deleted.model;
      const what =
        origin === "added" ? "Forgotten; its file stays" : `Deleted, ${formatByteSize(deleted.freedBytes)} freed`;
      context.write(`${what}: ${printable(id)}\n`);
      return 0;
    });
  },
};

/** Nobody is asked where nobody can answer: deleting then takes an explicit --yes. */
async function isConfirmed(context: CommandContext): Promise<boolean> {
  if (!process.stdin.isTTY) {
    context.note("Nothing was deleted. Say --yes to delete it without being asked.\n");
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question("Delete it? [y/N] ", { signal: context.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
