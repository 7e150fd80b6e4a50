import { systemClock } from "../platform/clock.ts";
import type { Disposable } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import { endOfLog, nodeFiles } from "../sidecar/node-files.ts";
import type { NodeSupervisor } from "../sidecar/node-supervisor.ts";
import { MeshFeed } from "./mesh-feed.ts";
import type { MeshStore } from "./mesh-store.ts";

const maxLogBytes = 4 * 1024;

export interface NodeFollower extends Disposable {
  /** Reads everything anew. */
  refresh(): Promise<void>;
  /** Follows what flows for as long as somebody watches; dispose to watch no more. */
  watchTraffic(): Disposable;
}

/** Keeps the store at what the node says, for as long as there is one. */
export function followNode(supervisor: NodeSupervisor, store: MeshStore, log: Log): NodeFollower {
  let feed: MeshFeed | undefined;
  const watchers = new Set<object>();
  const changes = supervisor.onDidChangeState((state) => {
    feed?.dispose();
    feed = undefined;
    store.setNodeState(state);
    if (state.kind === "crashed" || state.kind === "failed") void tellWhy(log);
    if (state.kind !== "ready" || supervisor.connection === undefined) return;
    feed = new MeshFeed(supervisor.connection, { store, clock: systemClock, log });
    void feed.refresh();
    if (watchers.size > 0) void feed.watchTraffic(true);
  });
  return {
    refresh: async () => await feed?.refresh(),
    watchTraffic: () => {
      const watcher = {};
      watchers.add(watcher);
      if (watchers.size === 1) void feed?.watchTraffic(true);
      return {
        dispose: () => {
          if (watchers.delete(watcher) && watchers.size === 0) void feed?.watchTraffic(false);
        },
      };
    },
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
