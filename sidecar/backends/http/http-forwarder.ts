import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { Disposable } from "../../platform/disposables.ts";
import { errorReason } from "../../platform/error-reason.ts";
import type { Sink } from "../../router/sink.ts";
import { AnswerRelay } from "./answer-relay.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { Exchange } from "./exchange.ts";
import { HttpConnection } from "./http-connection.ts";
import { HttpLostError, HttpProtocolError, HttpTimeoutError } from "./http-failure.ts";
import type {
  ForwardedRequest,
  ForwardLimits,
  ForwardTarget,
  HttpTarget,
  SmallAnswer,
  SmallRequest,
} from "./http-target.ts";
import { connectionPlace } from "./open-socket.ts";
import { forwardBytes, smallRequestBytes } from "./request-bytes.ts";
import { SmallAnswerReceiver } from "./small-answer.ts";

const defaultConnectMs = 5000;

/** Passes requests on and answers back as bytes, with keep-alive connections per target. */
export class HttpForwarder implements Disposable {
  readonly #limits: ForwardLimits;
  readonly #pools = new Map<string, ConnectionPool>();

  /** The limits of targets that have none of their own. */
  constructor(limits: Omit<ForwardLimits, "connectMs"> & Partial<ForwardLimits>) {
    this.#limits = { connectMs: defaultConnectMs, ...limits };
  }

  /** Open pools; none is left when every target has been quiet for a while. */
  get poolCount(): number {
    return this.#pools.size;
  }

  /**
   * See `Backend.forward`. The sink begins with the first byte of a good answer's body: whatever fails before may be sent
   * elsewhere.
   */
  forward(target: ForwardTarget, request: ForwardedRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const pool = this.#pool(target);
      const limits = target.limits === undefined ? this.#limits : { ...this.#limits, ...target.limits };
      const settle = (error?: unknown): void => {
        signal.removeEventListener("abort", onAbort);
        if (error === undefined) resolve();
        else reject(explain(error, target, request));
      };
      const receiver = new AnswerRelay({
        sink,
        settle,
        refused: (status, headers, body) => target.refused(status, headers, body),
        resume: () => exchange.resume(),
        limitRest: (milliseconds) => exchange.limitRest(milliseconds),
      });
      const bytes = forwardBytes(pool.place, target, request);
      const exchange = new Exchange({ pool, request: bytes, limits, receiver });
      const onAbort = (): void => {
        exchange.abort();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      exchange.start();
    });
  }

  /**
   * A request of our own over the same connections.
   *
   * @throws HttpLostError, HttpProtocolError, HttpTimeoutError, or the signal's reason
   */
  request(target: HttpTarget, request: SmallRequest): Promise<SmallAnswer> {
    const { signal, timeoutMs } = request;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const pool = this.#pool(target);
      const settle = (answer: SmallAnswer | undefined, error?: unknown): void => {
        signal.removeEventListener("abort", onAbort);
        clearTimeout(timer);
        if (answer === undefined) reject(error);
        else resolve(answer);
      };
      const receiver = new SmallAnswerReceiver(request.maxBytes, settle);
      const limits = { connectMs: this.#limits.connectMs, firstTokenMs: timeoutMs, idleMs: timeoutMs };
      const bytes = smallRequestBytes(pool.place, target, request);
      const exchange = new Exchange({ pool, request: bytes, limits, receiver });
      const giveUp = (error: unknown): void => {
        exchange.abort();
        settle(undefined, error);
      };
      const onAbort = (): void => giveUp(signal.reason);
      const timer = setTimeout(() => giveUp(new HttpTimeoutError("rest", timeoutMs)), timeoutMs);
      signal.addEventListener("abort", onAbort, { once: true });
      exchange.start();
    });
  }

  /** Opens a connection and hangs up. Returns how long it took in milliseconds. @throws HttpLostError, or the signal's reason */
  connect(target: HttpTarget, limit: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<number> {
    const { timeoutMs, signal } = limit;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const startedAt = performance.now();
      const settle = (error?: unknown): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        connection.destroy();
        if (error === undefined) resolve(performance.now() - startedAt);
        else reject(error);
      };
      const lost = (problem: string, cause?: Error): void =>
        settle(new HttpLostError("connecting", problem, { cause }));
      const onAbort = (): void => settle(signal.reason);
      const timer = setTimeout(() => lost(`no connection within ${timeoutMs / 1000} seconds`), timeoutMs);
      signal.addEventListener("abort", onAbort, { once: true });
      const connection = new HttpConnection(connectionPlace(target), () => undefined);
      connection.use({
        onReady: () => settle(),
        onBytes: () => false,
        onFinish: () => undefined,
        onLost: (error) => lost(error === undefined ? "the connection was closed" : errorReason(error), error),
      });
    });
  }

  dispose(): void {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    for (const pool of pools) pool.dispose();
  }

  #pool(target: HttpTarget): ConnectionPool {
    const address = target.socketPath ?? target.origin;
    const { proxy } = target;
    // Other credentials make another way: a connection belongs to whom it was opened for.
    const way = proxy === undefined ? "" : `${proxy.host} ${proxy.port} ${proxy.authorization}`;
    const key = `${address}\n${target.resolver?.name}\n${target.tls?.ca}\n${way}`;
    const existing = this.#pools.get(key);
    if (existing !== undefined) return existing;
    // Engines come and go with their sockets: a pool without connections has nothing worth keeping.
    const pool = new ConnectionPool(connectionPlace(target), () => {
      if (this.#pools.get(key) === pool) this.#pools.delete(key);
    });
    this.#pools.set(key, pool);
    return pool;
  }
}

function explain(error: unknown, target: ForwardTarget, request: ForwardedRequest): unknown {
  const { model } = request.envelope;
  if (error instanceof HttpLostError || error instanceof HttpProtocolError) return target.lost(error);
  if (error instanceof HttpTimeoutError) {
    const waitedFor = error.waitedFor === "first byte" ? "first token" : "next token";
    return new MeshError("backend_timeout", { model, waitedFor, seconds: error.milliseconds / 1000 });
  }
  // A refusal, or an error event that the sink has read in the answer itself.
  return error;
}
