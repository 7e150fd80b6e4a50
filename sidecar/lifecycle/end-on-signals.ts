import type { Subscription } from "../platform/emitter.ts";
import type { RunningNode } from "../start-node.ts";

const endingSignals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * A signal lets the node finish its open answers; a second one ends it at once. A terminal that closes (SIGHUP) is a
 * signal like the others, so that engines never stay behind.
 */
export function endOnSignals(node: Pick<RunningNode, "drain" | "end">): Subscription {
  let isSecond = false;
  const onSignal = (): void => {
    if (isSecond) node.end();
    else node.drain();
    isSecond = true;
  };
  for (const signal of endingSignals) process.on(signal, onSignal);
  return {
    dispose: () => {
      for (const signal of endingSignals) process.off(signal, onSignal);
    },
  };
}
