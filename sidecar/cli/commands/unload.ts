import { modelsUnload } from "../../../contract/rpc/models.ts";
import type { Command } from "../command.ts";
import { missingArgument } from "../missing-argument.ts";
import { modelLine } from "../model-line.ts";
import { withRunningNode } from "../with-node.ts";

export const unloadCommand: Command = {
  summary: "Free a model's memory; --force also breaks off the answers that it is giving.",
  usage: "<model> [--force]",
  flags: { force: { type: "boolean" } },
  run: async (context) => {
    const [model] = context.positionals;
    if (model === undefined) return missingArgument(context, "unload", "a model");
    return await withRunningNode(context, async (connection) => {
      const force = context.flags.force === true;
      const result = await connection.request(modelsUnload, { model, force }, context.signal);
      context.write(`${modelLine(result.model)}\n`);
      return 0;
    });
  },
};
