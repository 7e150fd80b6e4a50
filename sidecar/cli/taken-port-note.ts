import type { NodeStatus } from "../../contract/rpc/node.ts";

/** What to know when another program has the node's port; undefined when none has. */
export function takenPortNote({ gateway }: Pick<NodeStatus, "gateway">): string | undefined {
  const { takenPort } = gateway;
  if (takenPort === null) return undefined;
  return `port ${takenPort} belongs to another program: a tool that is set up for it would send that program your key`;
}
