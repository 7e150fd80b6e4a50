import { modelsDownload } from "../../../contract/rpc/models.ts";
import type { Command } from "../command.ts";
import { fetchModel } from "../fetch-model.ts";
import { missingArgument } from "../missing-argument.ts";

export const pullCommand: Command = {
  summary: "Download a model into the models folder; goes on where an earlier attempt stopped.",
  usage: "<hf:owner/name:Q4_K_M | hf:owner/name/file.gguf | https://…> [--sha256 <digest>]",
  flags: { sha256: { type: "string" } },
  run: async (context) => {
    const [source] = context.positionals;
    if (source === undefined) return missingArgument(context, "pull", "what to download");
    return await fetchModel(context, (connection, shared) =>
      connection.request(modelsDownload, { source, ...shared }, context.signal),
    );
  },
};
