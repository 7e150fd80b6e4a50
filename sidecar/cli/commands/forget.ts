import { modelsRemove } from "../../../contract/rpc/models.ts";
import type { Command } from "../command.ts";
import { missingArgument } from "../missing-argument.ts";
import { printable } from "../model-line.ts";
import { withNode } from "../with-node.ts";

export const forgetCommand: Command = {
  summary: "List a file that was added by path no more. The file stays where it is.",
  usage: "<model>",
  flags: {},
  run: async (context) => {
    const [name] = context.positionals;
    if (name === undefined) return missingArgument(context, "forget", "a model");
    return await withNode(context, async (connection) => {
      const { model } = await connection.request(modelsRemove, { model: name }, context.signal);
      context.write(`Forgotten: ${printable(model.id)}. Its file stays: ${printable(model.path)}\n`);
      return 0;
    });
  },
};
