import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { afterEach, describe, expect, inject, it } from "vitest";
import { modelsList } from "../../contract/rpc/models.ts";
import { nodeStatus, nodeStop } from "../../contract/rpc/node.ts";
import { runAttachProcess } from "../../extension/sidecar/attach-process.ts";
import { type ConnectionEnd, connectToNode, type NodeConnection } from "../../extension/sidecar/node-connection.ts";
import { TestNode, type TestNodeOptions } from "../support/test-node.ts";

const program = resolve(import.meta.dirname, "../../dist/sidecar/cli.mjs");
const nodes: TestNode[] = [];
const connections: NodeConnection[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.dispose();
  for (const node of nodes.splice(0)) await node.dispose();
});

/** A node's surroundings, and a window that attaches to it as the extension does. */
async function createWindow(options?: TestNodeOptions) {
  const node = await TestNode.create(options);
  nodes.push(node);
  const signal = AbortSignal.timeout(30_000);
  const open = async (): Promise<NodeConnection> => {
    const where = await runAttachProcess({ program, spawn, env: node.env, signal });
    const connection = await connectToNode(where, "0.0.0", signal);
    connections.push(connection);
    return connection;
  };
  return { node, open };
}
const endOf = (connection: NodeConnection): Promise<ConnectionEnd> =>
  new Promise((resolve) => void connection.onDidClose(resolve));

describe("a window", () => {
  it("starts the node, and a second one attaches to the same", async () => {
    const { open } = await createWindow({ models: [inject("models").tiny] });
    const [first, second] = await Promise.all([open(), open()]);
    expect(first.node.pid).toBe(second.node.pid);
    expect((await first.request(modelsList, {})).models.some(({ id }) => id === "tiny")).toBe(true);
    expect((await first.request(nodeStatus, {})).clients).toBe(2);
  });

  it("is told why the node cannot start", async () => {
    const { open } = await createWindow({ configuration: "gateway: { prot: 1 }\n" });
    await expect(open()).rejects.toMatchObject({ code: "configuration_invalid" });
  });

  it("tells an end on purpose from a crash", async () => {
    const { open } = await createWindow();
    const stopped = await open();
    const announced = endOf(stopped);
    await stopped.request(nodeStop, { force: true });
    expect(await announced).toEqual({ isAnnounced: true });

    const killed = await open();
    const unannounced = endOf(killed);
    process.kill(killed.node.pid, "SIGKILL");
    expect(await unannounced).toEqual({ isAnnounced: false });
    await expect(killed.request(nodeStatus, {})).rejects.toMatchObject({ code: "node_lost" });
  });
});
