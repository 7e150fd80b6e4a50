import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import { nodeThat } from "./running-node.ts";
import { tellOutside } from "./tell-outside.ts";

/** How often the delay of the event loop is sampled, in milliseconds; a shorter block may be missed. */
const resolutionMs = 1;
const idleMs = 3_000;

/**
 * How long the extension host was blocked, at the longest, while nothing happened and while the extension activated,
 * started its node and showed it. Everything in the host counts, the editor's own work for this too.
 */
export async function run(): Promise<void> {
  const idle = await longestBlockMs(() => delay(idleMs));
  const start = await longestBlockMs(async () => {
    await vscode.commands.executeCommand("inferenceMesh.mesh.focus");
    await nodeThat(({ lifecycle }) => lifecycle === "ready");
  });
  tellOutside(JSON.stringify({ idleBlockMs: idle, startBlockMs: start }));
}

async function longestBlockMs(work: () => Promise<unknown>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  await work();
  delays.disable();
  return Math.round(delays.max / 1e6 - resolutionMs);
}
