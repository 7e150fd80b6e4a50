import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";
import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { protocolVersion } from "../../contract/protocol-version.ts";
import type { Rendezvous } from "../../contract/rendezvous.ts";
import type { NotificationDefinition, RequestDefinition } from "../../contract/rpc/definition.ts";
import { handshake, nodeNotifications } from "../../contract/rpc/index.ts";
import { type Disposable, Emitter, type Event } from "../platform/emitter.ts";
import type { AttachedNode } from "./node-state.ts";

/** Calls and messages to the node: what most parts of the extension need of a connection. */
export interface NodeClient {
  /** Aborting cancels the call at the node. @throws MeshError the node's error, or the signal's reason */
  request<D extends RequestDefinition>(
    definition: D,
    params: z.infer<D["params"]>,
    signal?: AbortSignal,
  ): Promise<z.infer<D["result"]>>;
  notify<D extends NotificationDefinition>(definition: D, params: z.infer<D["params"]>): void;
  on<D extends NotificationDefinition>(definition: D, handle: (params: z.infer<D["params"]>) => void): Disposable;
}

/** How a connection ended: `announced` when the node said that it ends on purpose. */
export interface ConnectionEnd {
  readonly isAnnounced: boolean;
}

export interface NodeConnection extends NodeClient, Disposable {
  readonly node: AttachedNode;
  /** Fires once. Open calls fail with `node_lost`. */
  readonly onDidClose: Event<ConnectionEnd>;
}

/** A node that accepts connections but does not answer (stopped, or its machine is thrashing) must not hang the window. */
const introductionLimitMs = 10_000;

/**
 * Connects to a node and introduces this window.
 *
 * @throws MeshError `node_not_running`, `node_start_failed`, `wrong_control_token`, `client_too_old`, `node_too_old`,
 * `node_draining`
 */
export async function connectToNode(where: Rendezvous, version: string, signal: AbortSignal): Promise<NodeConnection> {
  const socket = await openSocket(where.socketPath, signal);
  const connection = new SocketConnection(socket);
  const limit = AbortSignal.timeout(introductionLimitMs);
  const stop = (): void => connection.dispose();
  const either = AbortSignal.any([signal, limit]);
  either.addEventListener("abort", stop, { once: true });
  try {
    const token = (await readFile(where.tokenFile, "utf8")).trim();
    const client = { name: "vscode", version };
    const { node } = await connection.request(handshake, { protocol: protocolVersion, token, client });
    connection.node = node;
    return connection;
  } catch (error) {
    connection.dispose();
    signal.throwIfAborted();
    if (limit.aborted) throw new MeshError("node_start_failed", { reason: "it runs, but does not answer." });
    if (error instanceof MeshError && error.code !== "node_lost") throw error;
    throw new MeshError("node_not_running", {}, { cause: error });
  } finally {
    either.removeEventListener("abort", stop);
  }
}

async function openSocket(path: string, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const socket = connect(path);
    const abort = (): void => void socket.destroy(new MeshError("cancelled", {}));
    signal.addEventListener("abort", abort, { once: true });
    socket.once("connect", () => {
      signal.removeEventListener("abort", abort);
      resolve(socket);
    });
    socket.on("error", (cause) => reject(new MeshError("node_not_running", {}, { cause })));
  });
}

class SocketConnection implements NodeConnection {
  node: AttachedNode = { name: "", version: "", pid: 0 };
  readonly #socket: Socket;
  readonly #rpc: MessageConnection;
  readonly #didClose = new Emitter<ConnectionEnd>();
  readonly #messages = new Map<string, Emitter<unknown>>();
  #isAnnounced = false;
  #handledMessages = 0;

  readonly onDidClose = this.#didClose.event;

  constructor(socket: Socket) {
    this.#socket = socket;
    const [reader, writer] = [new SocketMessageReader(socket), new SocketMessageWriter(socket)];
    this.#rpc = createMessageConnection(reader, writer, undefined, {
      messageStrategy: {
        handleMessage: (message, next) => {
          this.#handledMessages++;
          return next(message);
        },
      },
    });
    this.on(nodeNotifications.nodeEnding, () => {
      this.#isAnnounced = true;
    });
    this.#rpc.onError(() => socket.destroy());
    socket.once("close", () => void this.#closed());
    this.#rpc.listen();
  }

  async request<D extends RequestDefinition>(
    definition: D,
    params: z.infer<D["params"]>,
    signal?: AbortSignal,
  ): Promise<z.infer<D["result"]>> {
    signal?.throwIfAborted();
    const cancellation = new CancellationTokenSource();
    const cancel = (): void => cancellation.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    const lost = Promise.withResolvers<never>();
    const closing = this.onDidClose(() => lost.reject(new MeshError("node_lost", {})));
    try {
      const answer = this.#rpc.sendRequest(definition.method, params, cancellation.token);
      return definition.result.parse(await Promise.race([answer, lost.promise])) as z.infer<D["result"]>;
    } catch (error) {
      throw asMeshError(error, definition.method);
    } finally {
      closing.dispose();
      signal?.removeEventListener("abort", cancel);
      cancellation.dispose();
    }
  }

  notify<D extends NotificationDefinition>(definition: D, params: z.infer<D["params"]>): void {
    // Lost with the connection if that breaks now; `onDidClose` tells.
    this.#rpc.sendNotification(definition.method, params).catch(() => undefined);
  }

  on<D extends NotificationDefinition>(definition: D, handle: (params: z.infer<D["params"]>) => void): Disposable {
    return this.#messagesOf(definition.method).event((params) => {
      const parsed = definition.params.safeParse(params);
      if (parsed.success) handle(parsed.data as z.infer<D["params"]>);
    });
  }

  dispose(): void {
    this.#socket.destroy();
  }

  /** The library has one listener for each method, and several answers may be open at once. */
  #messagesOf(method: string): Emitter<unknown> {
    const known = this.#messages.get(method);
    if (known !== undefined) return known;
    const messages = new Emitter<unknown>();
    this.#messages.set(method, messages);
    this.#rpc.onNotification(method, (params: unknown) => messages.fire(params));
    return messages;
  }

  /** Messages are handed out one a turn: the last ones, such as `node/ending`, come after the socket has closed. */
  async #closed(): Promise<void> {
    for (let handled = -1; handled !== this.#handledMessages; ) {
      handled = this.#handledMessages;
      await nextTurn();
      await nextTurn();
    }
    this.#rpc.dispose();
    this.#didClose.fire({ isAnnounced: this.#isAnnounced });
  }
}

function asMeshError(error: unknown, method: string): MeshError {
  if (error instanceof MeshError) return error;
  if (error instanceof ResponseError && error.data !== undefined) {
    const problem = "the node answered with an unknown error";
    return MeshError.fromWire(error.data) ?? new MeshError("invalid_message", { method, problem });
  }
  if (error instanceof Error && error.name === "ZodError") {
    return new MeshError("invalid_message", { method, problem: "the answer has another shape" }, { cause: error });
  }
  // Everything else is the transport's: the node is going away.
  return new MeshError("node_lost", {}, { cause: error });
}
