import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { RouteTag } from "../../contract/mesh/routing.ts";
import type { ChatPiece } from "../../contract/rpc/chat.ts";
import { clientNotifications, nodeNotifications } from "../../contract/rpc/index.ts";
import type { Caller } from "../router/mesh-request.ts";
import { ChatSink } from "./chat-sink.ts";
import type { HandlerDependencies } from "./handlers.ts";
import type { ControlClient, RequestHandlers } from "./session.ts";

/** Chats over the control connection: the answer in batches, as fast as the client takes them. */
export function createChatHandlers({
  router,
}: Pick<HandlerDependencies, "router">): Pick<RequestHandlers, "chatStream"> {
  const streams = new WeakMap<ControlClient, Map<string, ChatSink>>();
  const connections = new ConnectionNames();
  return {
    chatStream: async ({ streamId, credit, request, ...wishes }, { client, signal }) => {
      const send = (piece: ChatPiece): void => client.notify(nodeNotifications.chatChunk, { streamId, ...piece });
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
        const caller: Caller = {
          client: connections.nameOf(client),
          // Whoever uses this channel shows the answer to a person as it comes.
          priority: "interactive",
          onPosition: (position) => client.notify(nodeNotifications.chatWaiting, { streamId, ...position }),
        };
        const path = "/v1/chat/completions";
        const onRoute = (tag: RouteTag): void => client.notify(nodeNotifications.chatRoute, { streamId, ...tag });
        await router.route({ path, body: Buffer.from(JSON.stringify(body)), caller, wishes, onRoute }, sink, signal);
        const { firstTokenMs, totalMs, ...answer } = await sink.answer;
        return { ...answer, timing: { firstTokenMs, totalMs } };
      } finally {
        open.delete(streamId);
      }
    },
  };
}

/** Connections have no names of their own, and the queue lets clients take turns. */
class ConnectionNames {
  readonly #names = new WeakMap<ControlClient, string>();
  #next = 1;

  nameOf(client: ControlClient): string {
    const name = this.#names.get(client) ?? `connection ${this.#next++}`;
    this.#names.set(client, name);
    return name;
  }
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
