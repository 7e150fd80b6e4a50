import { resolve } from "node:path";
import { modelsImport } from "../../../contract/rpc/models.ts";
import type { Command } from "../command.ts";
import { fetchModel } from "../fetch-model.ts";
import { missingArgument } from "../missing-argument.ts";

export const importCommand: Command = {
  summary: "Copy a .gguf file, with all its parts, into the models folder: for machines without a network.",
  usage: "<path/to/file.gguf> [--sha256 <digest>]",
  flags: { sha256: { type: "string" } },
  run: async (context) => {
    const [file] = context.positionals;
    if (file === undefined) return missingArgument(context, "import", "a file");
    return await fetchModel(context, (connection, shared) =>
      connection.request(modelsImport, { path: resolve(file), ...shared }, context.signal),
    );
  },
};
