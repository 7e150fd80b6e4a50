import { Worker } from "node:worker_threads";

/** Ends the process with the one that started it, even while JavaScript is blocked. */
export function endWithParent(): void {
  const watch = new Worker(new URL("./parent-watch.mjs", import.meta.url), {
    workerData: { parentPid: process.ppid },
    // A timer and two calls: next to nothing.
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  watch.unref();
}
