import { systemClock } from "../platform/clock.ts";
import type { Disposable } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import { endOfLog, nodeFiles } from "../sidecar/node-files.ts";
import type { NodeSupervisor } from "../sidecar/node-supervisor.ts";
import { MeshFeed } from "./mesh-feed.ts";
import type { MeshStore } from "./mesh-store.ts";

const maxLogBytes = 4 * 1024;

/** Keeps the store at what the node says, for as long as there is one. */
export function followNode(
  supervisor: NodeSupervisor,
  store: MeshStore,
  log: Log,
): Disposable & { refresh(): Promise<void> } {
  let feed: MeshFeed | undefined;
  const changes = supervisor.onDidChangeState((state) => {
    feed?.dispose();
    feed = undefined;
    store.setNodeState(state);
    if (state.kind === "crashed" || state.kind === "failed") void tellWhy(log);
    if (state.kind !== "ready" || supervisor.connection === undefined) return;
    feed = new MeshFeed(supervisor.connection, { store, clock: systemClock, log });
    void feed.refresh();
  });
  return {
    refresh: async () => await feed?.refresh(),
    dispose: () => {
      changes.dispose();
      feed?.dispose();
    },
  };
}

/** What the node itself wrote last: whoever opens the window's log now wants to know that. */
async function tellWhy(log: Log): Promise<void> {
  const path = nodeFiles(process.env).log;
  log.info(`The end of the node's own log, ${path}:\n${await endOfLog(path, maxLogBytes)}`);
}
