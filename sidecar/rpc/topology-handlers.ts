import { nodeNotifications } from "../../contract/rpc/index.ts";
import type { Disposable } from "../platform/disposables.ts";
import type { HandlerDependencies } from "./handlers.ts";
import type { ControlClient, RequestHandlers } from "./session.ts";

type TopologyHandlers = Pick<
  RequestHandlers,
  "topologySubscribe" | "topologyUnsubscribe" | "trafficSubscribe" | "trafficUnsubscribe"
>;

/** The topology and traffic feeds: one subscription of each per client, which ends with its connection. */
export function createTopologyHandlers({
  topology,
  hardware,
  traffic,
}: Pick<HandlerDependencies, "topology" | "hardware" | "traffic">): TopologyHandlers {
  const feeds = new WeakMap<ControlClient, Disposable>();
  const trafficFeeds = new WeakMap<ControlClient, Disposable>();
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
    trafficSubscribe: (_params, { client }) => {
      void trafficFeeds.get(client)?.dispose();
      const feed = traffic.watch((change) => client.notify(nodeNotifications.topologyTraffic, change));
      trafficFeeds.set(client, feed);
      client.resources.add(feed);
      return feed.snapshot;
    },
    trafficUnsubscribe: async (_params, { client }) => {
      await trafficFeeds.get(client)?.dispose();
      return {};
    },
  };
}
