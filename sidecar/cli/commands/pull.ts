import type { DownloadProgress } from "../../../contract/mesh/download-progress.ts";
import { modelsDownload, modelsDownloadProgress } from "../../../contract/rpc/models.ts";
import { formatByteSize } from "../../platform/byte-size.ts";
import type { Command } from "../command.ts";
import { missingArgument } from "../missing-argument.ts";
import { modelLine } from "../model-line.ts";
import { withNode } from "../with-node.ts";

export const pullCommand: Command = {
  summary: "Download a model into the models folder; goes on where an earlier attempt stopped.",
  usage: "<hf:owner/name:Q4_K_M | hf:owner/name/file.gguf | https://…> [--sha256 <digest>]",
  flags: { sha256: { type: "string" } },
  run: async (context) => {
    const [source] = context.positionals;
    if (source === undefined) return missingArgument(context, "pull", "what to download");
    const { sha256 } = context.flags;
    return await withNode(context, async (connection) => {
      const progressToken = "pull";
      // Redrawing one line makes no sense in a file or a pipe.
      const isTerminal = process.stderr.isTTY;
      connection.on(modelsDownloadProgress, (progress) => {
        if (isTerminal) context.note(`\r\u001b[K${describeProgress(progress)}`);
      });
      const digest = typeof sha256 === "string" ? { sha256: sha256.toLowerCase() } : {};
      try {
        const request = { source, progressToken, ...digest };
        const { model } = await connection.request(modelsDownload, request, context.signal);
        if (isTerminal) context.note("\r\u001b[K");
        context.write(`${modelLine(model)}\n`);
        return 0;
      } catch (error) {
        if (isTerminal) context.note("\n");
        throw error;
      }
    });
  },
};

function describeProgress({
  phase,
  receivedBytes,
  totalBytes,
  bytesPerSecond,
  remainingSeconds,
}: DownloadProgress): string {
  if (phase === "resolving") return "Looking it up…";
  if (phase === "verifying") return "Verifying…";
  const share = totalBytes === null ? "" : ` of ${formatByteSize(totalBytes)}`;
  const speed = bytesPerSecond === null ? "" : `, ${formatByteSize(bytesPerSecond)}/s`;
  const left = remainingSeconds === null ? "" : `, ${duration(remainingSeconds)} left`;
  return `${formatByteSize(receivedBytes)}${share}${speed}${left}`;
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${Math.ceil(seconds)} s` : minutes < 60 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
