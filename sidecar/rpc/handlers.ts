import { MeshError } from "../../contract/errors/mesh-error.ts";
import { clientNotifications, nodeNotifications } from "../../contract/rpc/index.ts";
import type { NodeStatus } from "../../contract/rpc/node.ts";
import type { LocalEngines } from "../engine/local-engines.ts";
import type { TopologyStore } from "../registry/topology-store.ts";
import type { Router } from "../router/router.ts";
import { ChatSink } from "./chat-sink.ts";
import type { ControlClient, RequestHandlers } from "./session.ts";

export interface HandlerDependencies {
  readonly router: Router;
  readonly engines: LocalEngines;
  readonly topology: TopologyStore;
  readonly status: () => NodeStatus;
  readonly keepServing: () => void;
  /** Ends the node: at once with `force`, else after its open answers. */
  readonly stop: (options: { force: boolean }) => void;
}

/** What each call of the control connection does. */
export function createHandlers(dependencies: HandlerDependencies): RequestHandlers {
  const { router, engines, topology } = dependencies;
  const streams = new WeakMap<ControlClient, Map<string, ChatSink>>();
  const feeds = new WeakMap<ControlClient, { dispose(): void }>();

  return {
    nodeStatus: async () => {
      await engines.refresh();
      return dependencies.status();
    },
    nodeKeepServing: () => {
      dependencies.keepServing();
      return { keepsServing: true };
    },
    nodeStop: ({ force }) => {
      const otherClients = dependencies.status().clients - 1;
      if (otherClients > 0 && !force) throw new MeshError("node_in_use", { otherClients });
      // The answer goes first: ending closes this connection too.
      setImmediate(() => dependencies.stop({ force }));
      return { stopping: true };
    },
    modelsList: async () => {
      await engines.refresh();
      return { models: engines.models };
    },
    modelsLoad: async ({ model, progressToken }, { client, signal }) => {
      const onProgress = (progress: number): void => {
        if (progressToken === undefined) return;
        client.notify(nodeNotifications.modelsLoadProgress, { progressToken, model, progress });
      };
      return { model: await engines.load(model, { signal, onProgress }) };
    },
    modelsUnload: async ({ model, force }) => ({ model: await engines.unload(model, force) }),
    chatStream: async ({ streamId, credit, request }, { client, signal }) => {
      const send = (text: string): void => client.notify(nodeNotifications.chatChunk, { streamId, text });
      const sink = new ChatSink({ credit, send });
      const open = streamsOf(client, streams);
      if (open.has(streamId)) {
        throw new MeshError("invalid_field", { field: "streamId", problem: "it is already in use" });
      }
      open.set(streamId, sink);
      // Also once the backend is done: text that waits for credit must not wait for a client that has cancelled.
      signal.addEventListener("abort", () => sink.fail(signal.reason), { once: true });
      try {
        const body = { ...request, stream: true, stream_options: { include_usage: true } };
        await router.route("/v1/chat/completions", Buffer.from(JSON.stringify(body)), sink, signal);
        const { firstTokenMs, totalMs, ...answer } = await sink.answer;
        return { ...answer, timing: { firstTokenMs, totalMs } };
      } finally {
        open.delete(streamId);
      }
    },
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

/** The open streams of a client; the first call also starts listening for the credit that it grants. */
function streamsOf(client: ControlClient, all: WeakMap<ControlClient, Map<string, ChatSink>>): Map<string, ChatSink> {
  const existing = all.get(client);
  if (existing !== undefined) return existing;
  const open = new Map<string, ChatSink>();
  all.set(client, open);
  client.onNotification(clientNotifications.chatCredit, ({ streamId, credit }) => open.get(streamId)?.grant(credit));
  return open;
}
