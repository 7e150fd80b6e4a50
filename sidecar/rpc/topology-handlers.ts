import { nodeNotifications } from "../../contract/rpc/index.ts";
import type { Disposable } from "../platform/disposables.ts";
import type { HandlerDependencies } from "./handlers.ts";
import type { ControlClient, RequestHandlers } from "./session.ts";

type TopologyHandlers = Pick<RequestHandlers, "topologySubscribe" | "topologyUnsubscribe">;

/** The topology feed: one subscription per client, which ends with its connection. */
export function createTopologyHandlers({
  topology,
  hardware,
}: Pick<HandlerDependencies, "topology" | "hardware">): TopologyHandlers {
  const feeds = new WeakMap<ControlClient, Disposable>();
  return {
    topologySubscribe: (_params, { client }) => {
      const former = feeds.get(client);
      // Sampled only while somebody looks, and without a break while the same client looks anew.
      const watch = hardware.watch();
      void former?.dispose();
      const snapshot = topology.snapshot();
      const patches = topology.onDidPatch((patch) => client.notify(nodeNotifications.topologyPatch, patch));
      const feed: Disposable = {
        dispose: () => {
          patches.dispose();
          return watch.dispose();
        },
      };
      feeds.set(client, feed);
      client.resources.add(feed);
      return snapshot;
    },
    topologyUnsubscribe: async (_params, { client }) => {
      await feeds.get(client)?.dispose();
      return {};
    },
  };
}
