import { nodeNotifications } from "../../contract/rpc/index.ts";
import type { HandlerDependencies } from "./handlers.ts";
import type { ControlClient, RequestHandlers } from "./session.ts";

type TopologyHandlers = Pick<RequestHandlers, "topologySubscribe" | "topologyUnsubscribe">;

/** The topology feed: one subscription per client, which ends with its connection. */
export function createTopologyHandlers({ topology }: Pick<HandlerDependencies, "topology">): TopologyHandlers {
  const feeds = new WeakMap<ControlClient, { dispose(): void }>();
  return {
    topologySubscribe: (_params, { client }) => {
      feeds.get(client)?.dispose();
      const snapshot = topology.snapshot();
      const feed = topology.onDidPatch((patch) => client.notify(nodeNotifications.topologyPatch, patch));
      feeds.set(client, feed);
      client.resources.add(feed);
      return snapshot;
    },
    topologyUnsubscribe: (_params, { client }) => {
      feeds.get(client)?.dispose();
      return {};
    },
  };
}
