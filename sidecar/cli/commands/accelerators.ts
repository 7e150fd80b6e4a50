import { resolve } from "node:path";
import { type Accelerator, acceleratorKindSchema } from "../../../contract/mesh/accelerator.ts";
import {
  acceleratorsInstall,
  acceleratorsList,
  acceleratorsProgress,
  acceleratorsRemove,
} from "../../../contract/rpc/accelerators.ts";
import type { ControlConnection } from "../../client/control-connection.ts";
import type { Command, CommandContext } from "../command.ts";
import { missingArgument } from "../missing-argument.ts";
import { withNode } from "../with-node.ts";

export const acceleratorsCommand: Command = {
  summary: "Show what this machine can compute with, and why; fetch or remove the engine of a graphics card.",
  usage: "[install <vulkan | cuda> [package.tgz …] | remove <vulkan | cuda>]",
  flags: {},
  run: async (context) => {
    const [action, kind, ...files] = context.positionals;
    if (action === undefined) return await withNode(context, (connection) => show(context, connection));
    if (action !== "install" && action !== "remove")
      return missingArgument(context, "accelerators", "install or remove");
    const parsed = acceleratorKindSchema.safeParse(kind);
    if (!parsed.success) return missingArgument(context, `accelerators ${action}`, "vulkan or cuda");
    return await withNode(context, async (connection) => {
      if (action === "remove") await connection.request(acceleratorsRemove, { kind: parsed.data });
      else await install(context, connection, { kind: parsed.data, files });
      return await show(context, connection);
    });
  },
};

async function install(
  context: CommandContext,
  connection: ControlConnection,
  { kind, files }: { kind: Accelerator["kind"]; files: readonly string[] },
): Promise<void> {
  const progressToken = "install";
  connection.on(acceleratorsProgress, ({ receivedBytes, totalBytes }) => {
    // Redrawing one line makes no sense in a file or a pipe.
    if (!process.stderr.isTTY) return;
    context.note(`\r\u001b[K${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB`);
  });
  const brought = files.length === 0 ? {} : { files: files.map((file) => resolve(file)) };
  await connection.request(acceleratorsInstall, { kind, progressToken, ...brought }, context.signal);
  if (process.stderr.isTTY) context.note("\r\u001b[K");
}

async function show(context: CommandContext, connection: ControlConnection): Promise<number> {
  const { accelerators } = await connection.request(acceleratorsList, {});
  for (const row of accelerators) context.write(`${line(row)}\n`);
  return 0;
}

function line({ kind, state, isChosen, reason, downloadBytes }: Accelerator): string {
  const cost = state === "available" && downloadBytes !== null ? ` (${megabytes(downloadBytes)} MB to fetch)` : "";
  return `${isChosen ? "*" : " "} ${kind.padEnd(7)} ${state.padEnd(10)} ${reason}${cost}`;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
