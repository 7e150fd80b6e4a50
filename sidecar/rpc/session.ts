import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  type CancellationToken,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
} from "vscode-jsonrpc/node";
import type * as z from "zod";
import { firstIssue } from "../../contract/errors/first-issue.ts";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { NotificationDefinition } from "../../contract/rpc/definition.ts";
import { handshake, type nodeNotifications, requests } from "../../contract/rpc/index.ts";
import { nodeEnding } from "../../contract/rpc/node.ts";
import { Disposables } from "../platform/disposables.ts";
import { Emitter } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import { toMeshError } from "../router/to-mesh-error.ts";
import { BoundedWriter } from "./bounded-writer.ts";
import { FrameGuard } from "./frame-guard.ts";

/** JSON-RPC's range for errors of an implementation; the catalogue's code is in the error's data. */
const meshErrorCode = -32000;
/** A connection that does not introduce itself in this time is closed, in milliseconds. */
const introductionMs = 5000;
const goodbyeMs = 300;
const maxHeaderBytes = 1024;
/** Before a client has introduced itself, in bytes: the one message that is allowed is far smaller. */
const maxIntroductionBytes = 16 * 1024;
/** Messages that may wait for a client that does not read: more than a minute of a busy topology. */
const maxUnreadMessages = 1000;

type NodeNotification = (typeof nodeNotifications)[keyof typeof nodeNotifications];

/** What handlers know of the client that calls. */
export interface ControlClient {
  notify<D extends NodeNotification>(definition: D, params: z.infer<D["params"]>): void;
  /** Disposed when the connection ends. */
  readonly resources: Disposables;
  onNotification<D extends NotificationDefinition>(definition: D, handle: (params: z.infer<D["params"]>) => void): void;
}

type Requests = typeof requests;
/** Exactly one handler per request of the contract. */
export type RequestHandlers = {
  readonly [K in keyof Requests]: (
    params: z.infer<Requests[K]["params"]>,
    context: { readonly client: ControlClient; readonly signal: AbortSignal },
  ) => Promise<z.infer<Requests[K]["result"]>> | z.infer<Requests[K]["result"]>;
};

export interface SessionOptions {
  readonly socket: Socket;
  readonly handlers: RequestHandlers;
  /** Checks protocol and token. @throws MeshError */
  readonly introduce: (params: z.infer<typeof handshake.params>) => z.infer<typeof handshake.result>;
  /** The largest message that an introduced client may send, in bytes. */
  readonly maxMessageBytes: number;
  readonly log: Log;
}

/** One control connection. Parses everything that arrives; refuses every call before `initialize`. */
export class Session implements ControlClient {
  readonly resources = new Disposables();
  readonly #options: SessionOptions;
  readonly #connection: MessageConnection;
  readonly #didIntroduce = new Emitter<void>();
  readonly #didClose = new Emitter<void>();
  readonly #answering = new Set<Promise<unknown>>();
  #isIntroduced = false;
  #isClosed = false;

  readonly onDidIntroduce = this.#didIntroduce.event;
  readonly onDidClose = this.#didClose.event;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { socket } = options;
    const contentBytes = (): number => (this.#isIntroduced ? options.maxMessageBytes : maxIntroductionBytes);
    const guard = new FrameGuard({ headerBytes: maxHeaderBytes, contentBytes });
    // Before the reader, which listens to the same event and would keep what it gets.
    socket.on("data", (chunk: Buffer) => {
      if (!guard.accepts(chunk)) this.close();
    });
    const reader = new SocketMessageReader(socket);
    // The library's timer for half a message survives its disposal, and would keep the node from ending.
    reader.partialMessageTimeout = 0;
    const writer = new BoundedWriter(socket, { maxWaiting: maxUnreadMessages, onFull: () => this.#letGo() });
    this.#connection = createMessageConnection(reader, writer);
    const deadline = setTimeout(() => this.close(), introductionMs);
    this.resources.add({ dispose: () => clearTimeout(deadline) });
    this.onDidIntroduce(() => clearTimeout(deadline));
    // A client that is killed breaks the pipe; `close` follows and cleans up.
    socket.on("error", () => undefined);
    socket.once("close", () => void this.#closed());
    this.#connection.onError(() => this.close());
    this.#listen();
  }

  get isIntroduced(): boolean {
    return this.#isIntroduced;
  }

  notify<D extends NodeNotification>(definition: D, params: z.infer<D["params"]>): void {
    if (this.#isClosed) return;
    // A write to a connection that breaks at this moment is lost with it.
    this.#connection.sendNotification(definition.method, params).catch(() => undefined);
  }

  onNotification<D extends NotificationDefinition>(
    definition: D,
    handle: (params: z.infer<D["params"]>) => void,
  ): void {
    this.#connection.onNotification(definition.method, (params: unknown) => {
      const parsed = definition.params.safeParse(params);
      if (parsed.success && this.#isIntroduced) handle(parsed.data as z.infer<D["params"]>);
    });
  }

  close(): void {
    this.#options.socket.destroy();
  }

  /**
   * Says goodbye and closes. Answers that are almost ready go out first: messages are written in order. But a long call,
   * or a client that does not read any more, must not hold up the node.
   */
  async end(): Promise<void> {
    await Promise.race([Promise.all(this.#answering), delay(goodbyeMs, undefined, { ref: false })]);
    const written = this.#connection.sendNotification(nodeEnding.method, {}).then(
      () => true,
      () => false,
    );
    const isWritten = await Promise.race([written, delay(goodbyeMs, false, { ref: false })]);
    if (isWritten) this.#options.socket.destroySoon();
    else this.close();
  }

  #letGo(): void {
    if (this.#isClosed) return;
    this.#options.log.warn("rpc.clientDoesNotRead", { unreadMessages: maxUnreadMessages });
    this.close();
  }

  #listen(): void {
    this.#connection.onRequest(handshake.method, (params: unknown) =>
      this.#answer(async () => {
        const result = this.#options.introduce(parse(handshake, params));
        this.#isIntroduced = true;
        this.#didIntroduce.fire();
        return result;
      }),
    );
    for (const name of Object.keys(requests) as (keyof Requests)[]) {
      const definition = requests[name];
      // The table ties each handler to its own definition; the union of all of them hides that from the compiler.
      const handle = this.#options.handlers[name] as (params: unknown, context: object) => unknown;
      this.#connection.onRequest(definition.method, (params: unknown, token: CancellationToken) =>
        this.#answer(async () => {
          if (!this.#isIntroduced) throw new MeshError("wrong_control_token", {});
          const abort = new AbortController();
          const cancel = (): void => abort.abort(new MeshError("cancelled", {}));
          const cancellation = token.onCancellationRequested(cancel);
          const closing = this.onDidClose(cancel);
          try {
            return await handle(parse(definition, params), { client: this, signal: abort.signal });
          } finally {
            cancellation.dispose();
            closing.dispose();
          }
        }),
      );
    }
    this.#connection.listen();
  }

  #answer(run: () => Promise<unknown>): Promise<unknown> {
    const answer = this.#settle(run);
    this.#answering.add(answer);
    void answer.then(() => this.#answering.delete(answer));
    return answer;
  }

  /** Never rejects: an error is an answer too. */
  async #settle(run: () => Promise<unknown>): Promise<unknown> {
    try {
      return await run();
    } catch (error) {
      const known = toMeshError(error, this.#options.log);
      return new ResponseError(meshErrorCode, known.message, known.toWire());
    }
  }

  async #closed(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#didClose.fire();
    this.#connection.dispose();
    await this.resources.dispose();
  }
}

function parse<S extends z.ZodType>(definition: { method: string; params: S }, params: unknown): z.infer<S> {
  const parsed = definition.params.safeParse(params);
  if (parsed.success) return parsed.data;
  const { field, problem } = firstIssue(parsed.error);
  throw new MeshError("invalid_message", { method: definition.method, problem: `${field}: ${problem}` });
}
