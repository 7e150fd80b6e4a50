import { listenerWarning, type Subscription } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";

/**
 * Writes down why this process dies of an error that nobody caught, and which listener of an event has failed: a detached
 * node has no terminal to say it on.
 */
export function logCrashes(log: Log): Subscription {
  const onCrash = (error: unknown): void => {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error("node.crashed", { stack });
  };
  const onWarning = ({ name, message, detail }: Error & { readonly detail?: unknown }): void => {
    if (name === listenerWarning) log.error("node.listenerFailed", { message, stack: String(detail ?? "") });
  };
  process.on("uncaughtExceptionMonitor", onCrash);
  process.on("warning", onWarning);
  return {
    dispose: () => {
      process.off("uncaughtExceptionMonitor", onCrash);
      process.off("warning", onWarning);
    },
  };
}
