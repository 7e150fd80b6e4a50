import { setTimeout as delay } from "node:timers/promises";
import { nodeStatus, nodeStop } from "../../../contract/rpc/node.ts";
import { identifyProcess, isSameProcessAlive } from "../../platform/process-identity.ts";
import type { Command } from "../command.ts";
import { withRunningNode } from "../with-node.ts";

export const stopCommand: Command = {
  summary: "Stop the node after its open answers; --force also when others use it, and at once.",
  usage: "[--force]",
  flags: { force: { type: "boolean" } },
  run: async (context) => {
    const node = await withRunningNode(context, async (connection) => {
      const { pid } = await connection.request(nodeStatus, {});
      const identity = identifyProcess(pid);
      await connection.request(nodeStop, { force: context.flags.force === true });
      return identity;
    });
    while (isSameProcessAlive(node)) await delay(30, undefined, { signal: context.signal });
    context.note("Stopped.\n");
    return 0;
  },
};
