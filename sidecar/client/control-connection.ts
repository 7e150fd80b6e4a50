import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  type MessageStrategy,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";
import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Rendezvous } from "../../contract/rendezvous.ts";
import type { NotificationDefinition, RequestDefinition } from "../../contract/rpc/definition.ts";
import { handshake } from "../../contract/rpc/index.ts";
import { Emitter, type Event, type Subscription } from "../platform/emitter.ts";
import { checkPrivateSocket } from "../platform/folders.ts";

export interface ClientIdentity {
  readonly name: string;
  readonly version: string;
  readonly protocol: number;
  /** Wants a node that is ending as well, to look at it or to stop it. */
  readonly acceptsDraining?: boolean;
}

const introductionLimitMs = 10_000;

/** The client's end of a control connection. Results and notifications are parsed as they arrive. */
export class ControlConnection {
  readonly #socket: Socket;
  readonly #rpc: MessageConnection;
  readonly #didClose = new Emitter<void>();
  readonly #messages = new Map<string, Emitter<unknown>>();
  #handledMessages = 0;

  /** The node has gone, or `dispose` was called. Open calls fail with `node_not_running`. */
  readonly onDidClose: Event<void> = this.#didClose.event;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const messageStrategy: MessageStrategy = {
      handleMessage: (message, next) => {
        this.#handledMessages++;
        return next(message);
      },
    };
    const [reader, writer] = [new SocketMessageReader(socket), new SocketMessageWriter(socket)];
    // The library's timer for half a message survives its disposal, and would keep this process alive.
    reader.partialMessageTimeout = 0;
    this.#rpc = createMessageConnection(reader, writer, undefined, { messageStrategy });
    socket.on("error", () => undefined);
    socket.once("close", () => void this.#closed());
    this.#rpc.onError(() => socket.destroy());
    this.#rpc.listen();
  }

  /**
   * Connects and introduces this client.
   *
   * @throws MeshError `node_not_running`, `wrong_control_token`, `client_too_old`, `node_too_old`
   */
  static async open(
    where: Pick<Rendezvous, "socketPath" | "tokenFile">,
    identity: ClientIdentity,
  ): Promise<ControlConnection> {
    checkPrivateSocket(where.socketPath);
    const socket = connect(where.socketPath);
    try {
      await once(socket, "connect");
    } catch (cause) {
      throw new MeshError("node_not_running", {}, { cause });
    }
    const connection = new ControlConnection(socket);
    try {
      const token = (await readFile(where.tokenFile, "utf8")).trim();
      const { protocol, ...client } = identity;
      await connection.#introduce({ protocol, token, client });
      return connection;
    } catch (error) {
      connection.dispose();
      throw error instanceof MeshError ? error : new MeshError("node_not_running", {}, { cause: error });
    }
  }

  /** A node that accepts connections but does not answer (stopped, or its machine is thrashing) must not hang clients. */
  async #introduce(params: z.infer<typeof handshake.params>): Promise<void> {
    let gaveUp = false;
    const limit = setTimeout(() => {
      gaveUp = true;
      this.dispose();
    }, introductionLimitMs);
    try {
      await this.request(handshake, params);
    } catch (error) {
      throw gaveUp ? new MeshError("node_start_failed", { reason: "it runs, but does not answer." }) : error;
    } finally {
      clearTimeout(limit);
    }
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** Aborting cancels the call at the node. @throws MeshError the node's error, or the signal's reason */
  async request<D extends RequestDefinition>(
    definition: D,
    params: z.infer<D["params"]>,
    signal?: AbortSignal,
  ): Promise<z.infer<D["result"]>> {
    signal?.throwIfAborted();
    const cancellation = new CancellationTokenSource();
    const cancel = (): void => cancellation.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    const closed = Promise.withResolvers<never>();
    const closing = this.onDidClose(() => closed.reject(new MeshError("node_not_running", {})));
    try {
      const answer = this.#rpc.sendRequest(definition.method, params, cancellation.token);
      return definition.result.parse(await Promise.race([answer, closed.promise])) as z.infer<D["result"]>;
    } catch (error) {
      throw this.#asMeshError(error, definition.method);
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

  on<D extends NotificationDefinition>(definition: D, handle: (params: z.infer<D["params"]>) => void): Subscription {
    return this.#messagesOf(definition.method).event((params) => {
      const parsed = definition.params.safeParse(params);
      if (parsed.success) handle(parsed.data as z.infer<D["params"]>);
    });
  }

  dispose(): void {
    this.#socket.destroy();
  }

  #asMeshError(error: unknown, method: string): MeshError {
    if (error instanceof MeshError) return error;
    const known = error instanceof ResponseError ? MeshError.fromWire(error.data) : undefined;
    if (known !== undefined) return known;
    // The library has several errors for a connection that is going away; for us they are one.
    if (this.isClosed || !(error instanceof ResponseError)) {
      return new MeshError("node_not_running", {}, { cause: error });
    }
    return new MeshError("invalid_message", { method, problem: "the node answered with an unknown error" });
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

  /** The library handles one message a turn: those that came before the end are heard before it is told. */
  async #closed(): Promise<void> {
    for (let handled = -1; handled !== this.#handledMessages; ) {
      handled = this.#handledMessages;
      await nextTurn();
      await nextTurn();
    }
    this.#rpc.dispose();
    this.#didClose.fire();
  }
}
