import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { protocolVersion } from "../../../contract/protocol-version.ts";
import type { AttachReply } from "../../../contract/rendezvous.ts";
import { nodeStatus } from "../../../contract/rpc/node.ts";
import { reachNode } from "../../start-node.ts";
import type { Command } from "../command.ts";
import { withNode } from "../with-node.ts";

/** How an editor finds the node: it runs this, which starts the node if needed, and connects to what it prints. */
export const attachCommand: Command = {
  summary: "Start the node if it is not running, and print where it is reached, as JSON.",
  usage: "",
  flags: {},
  isHidden: true,
  run: async (context) => {
    const print = (reply: AttachReply): void => context.write(`${JSON.stringify(reply)}\n`);
    try {
      await withNode(context, async (connection) => {
        const { pid, version } = await connection.request(nodeStatus, {});
        print({ ...reachNode(context.folders), pid, version, protocol: protocolVersion });
      });
      return 0;
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      print({ error: error.toWire() });
      return 1;
    }
  },
};
