import type { Subscription } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";

/** Writes down why this process dies of an error that nobody caught: a detached node has no terminal to say it on. */
export function logCrashes(log: Log): Subscription {
  const onCrash = (error: unknown): void => {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error("node.crashed", { stack });
  };
  process.on("uncaughtExceptionMonitor", onCrash);
  return { dispose: () => void process.off("uncaughtExceptionMonitor", onCrash) };
}
