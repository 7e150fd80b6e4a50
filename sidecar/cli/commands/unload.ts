import { backendsUnloadModel } from "../../../contract/rpc/backends.ts";
import { modelsUnload } from "../../../contract/rpc/models.ts";
import type { Command } from "../command.ts";
import { missingArgument } from "../missing-argument.ts";
import { modelLine } from "../model-line.ts";
import { remoteModelLine } from "../remote-model-line.ts";
import { withRunningNode } from "../with-node.ts";

export const unloadCommand: Command = {
  summary:
    "Free a model's memory, with --backend on another machine; --force also breaks off the answers that it is giving.",
  usage: "<model> [--backend name] [--force]",
  flags: { force: { type: "boolean" }, backend: { type: "string" } },
  run: async (context) => {
    const [model] = context.positionals;
    if (model === undefined) return missingArgument(context, "unload", "a model");
    return await withRunningNode(context, async (connection) => {
      const force = context.flags.force === true;
      const { backend } = context.flags;
      if (typeof backend === "string" && backend !== "local-engine") {
        const params = { id: backend, model, force };
        const { state } = await connection.request(backendsUnloadModel, params, context.signal);
        context.write(`${remoteModelLine({ model, state, backend })}\n`);
        return 0;
      }
      const result = await connection.request(modelsUnload, { model, force }, context.signal);
      context.write(`${modelLine(result.model)}\n`);
      return 0;
    });
  },
};
