import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { type NodeStatus, nodeStatusSchema } from "../../../contract/rpc/node.ts";
import { identifyProcess, isSameProcessAlive } from "../../../sidecar/platform/process-identity.ts";
import { thisExtension } from "./this-extension.ts";

const pollMs = 250;

/** What this user's node says to another program, the command line; undefined while none runs. Starts none. */
export async function runningNode(): Promise<NodeStatus | undefined> {
  const program = join(thisExtension().extensionPath, "dist/bin/inference-mesh.mjs");
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, "status", "--json"], { env });
    return nodeStatusSchema.parse(JSON.parse(stdout));
  } catch (error) {
    const { code, stderr = "" } = error as { readonly code?: unknown; readonly stderr?: string };
    if (code === 1 && stderr.includes("No node is running")) return undefined;
    throw error;
  }
}

/** Asks until the node is as wanted; the test's own limit ends the waiting. */
export async function nodeThat(isAsWanted: (node: NodeStatus) => boolean): Promise<NodeStatus> {
  for (;;) {
    const node = await runningNode();
    if (node !== undefined && isAsWanted(node)) return node;
    await delay(pollMs);
  }
}

/** Asks once: each question is a client, and for each the node stays a while. */
export async function nodeHasEnded(): Promise<void> {
  const node = await runningNode();
  if (node === undefined) return;
  const identity = identifyProcess(node.pid);
  while (isSameProcessAlive(identity)) await delay(pollMs);
}
