import { modelsDelete, modelsList } from "../../../contract/rpc/models.ts";
import { formatByteSize } from "../../platform/byte-size.ts";
import type { Command } from "../command.ts";
import { confirm } from "../confirm.ts";
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
        if (!(await confirm(context, "Delete it?", "Nothing was deleted."))) return 1;
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
