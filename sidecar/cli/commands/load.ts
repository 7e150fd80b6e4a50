import { resolve } from "node:path";
import { backendsLoadModel } from "../../../contract/rpc/backends.ts";
import { modelsLoad, modelsLoadProgress } from "../../../contract/rpc/models.ts";
import type { Command, CommandContext } from "../command.ts";
import { missingArgument } from "../missing-argument.ts";
import { modelLine } from "../model-line.ts";
import { remoteModelLine } from "../remote-model-line.ts";
import { withRunningNode } from "../with-node.ts";

export const loadCommand: Command = {
  summary:
    "Load a model by name, or add and load a .gguf file by path; --backend on another machine. Needs a running node.",
  usage: "<model | path/to/file.gguf> [--backend name]",
  flags: { backend: { type: "string" } },
  run: async (context) => {
    const [name] = context.positionals;
    if (name === undefined) return missingArgument(context, "load", "a model or a file");
    const { backend } = context.flags;
    if (typeof backend === "string" && backend !== "local-engine") {
      return await withRunningNode(context, async (connection) => {
        const params = { id: backend, model: name };
        const { state } = await connection.request(backendsLoadModel, params, context.signal);
        context.write(`${remoteModelLine({ model: name, state, backend })}\n`);
        return 0;
      });
    }
    const model = isFilePath(name) ? resolve(name) : name;
    return await withRunningNode(context, async (connection) => {
      const progressToken = "load";
      connection.on(modelsLoadProgress, ({ progress }) => showProgress(context, progress));
      const result = await connection.request(modelsLoad, { model, progressToken }, context.signal);
      if (process.stderr.isTTY) context.note("\r\u001b[K");
      context.write(`${modelLine(result.model)}\n`);
      return 0;
    });
  },
};

const isFilePath = (name: string): boolean => /[\\/]/.test(name) || name.toLowerCase().endsWith(".gguf");

function showProgress(context: CommandContext, progress: number): void {
  // Redrawing one line makes no sense in a file or a pipe.
  if (process.stderr.isTTY) context.note(`\r\u001b[KLoading ${Math.round(progress * 100)} %`);
}
