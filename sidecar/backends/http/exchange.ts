import { errorReason } from "../../platform/error-reason.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import type { ConnectionUser, HttpConnection } from "./http-connection.ts";
import { type ExchangePhase, HttpLostError, HttpTimeoutError } from "./http-failure.ts";
import type { ForwardLimits } from "./http-target.ts";
import type { ResponseHead } from "./response-head.ts";
import { type ResponseHandler, ResponseReader } from "./response-reader.ts";

/** Told of one answer; what it throws ends the exchange with that failure. */
export interface AnswerReceiver {
  /** See `ResponseHandler`. */
  onHead(head: ResponseHead): boolean;
  /** See `ResponseHandler`. False stops the reading until `resume`. */
  onBody(bytes: Buffer, start: number, end: number, isFramed: boolean): boolean;
  /** The answer is complete. Nothing follows. */
  onEnd(isSaid: boolean): void;
  /** The exchange has failed, with an HttpFailure, an HttpTimeoutError, or whatever ended it. Nothing follows. */
  onFailure(error: unknown): void;
}

export interface ExchangeOptions {
  readonly pool: ConnectionPool;
  /** The request's bytes. */
  readonly request: readonly Buffer[];
  readonly limits: ForwardLimits;
  readonly receiver: AnswerReceiver;
}

/** The longest time that a timer of Node.js keeps, in milliseconds. */
const maxDelayMs = 2 ** 31 - 1;
/** A quiet connection is cut after four of these parts of the limit without a byte. */
const idleParts = 4;

/** One request and its answer. Ends exactly once, by `onEnd` or `onFailure`, or silently by `abort`. */
export class Exchange implements ConnectionUser, ResponseHandler {
  readonly #pool: ConnectionPool;
  readonly #limits: ForwardLimits;
  readonly #receiver: AnswerReceiver;
  /** Undefined as soon as something has come back: it is not sent again then, and its bytes need not live as long as the answer. */
  #request: readonly Buffer[] | undefined;
  readonly #reader: ResponseReader;
  #connection: HttpConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #quietParts = 0;
  /** Whether the limit is that between two pieces; a receiver may have set one of its own instead. */
  #watchesIdle = false;
  #hasOwnLimit = false;
  #isPaused = false;
  #isOver = false;

  constructor(options: ExchangeOptions) {
    this.#pool = options.pool;
    this.#limits = options.limits;
    this.#receiver = options.receiver;
    this.#request = options.request;
    this.#reader = new ResponseReader(this, options.limits.maxEventBytes);
  }

  get phase(): ExchangePhase {
    return this.#connection?.isReady === true ? this.#reader.phase : "connecting";
  }

  start(): void {
    const waiting = this.#pool.take();
    if (waiting === undefined) this.#open();
    else this.#send(waiting);
  }

  /** Gives the exchange up; the server learns it at once. */
  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#connection?.destroy();
  }

  resume(): void {
    if (!this.#isPaused || this.#isOver) return;
    this.#isPaused = false;
    this.#connection?.resume();
  }

  /** From now on, the rest may take this long; then the exchange fails. */
  limitRest(milliseconds: number): void {
    this.#hasOwnLimit = true;
    this.#setTimer(milliseconds, () => this.#fail(new HttpTimeoutError("rest", milliseconds)));
  }

  onReady(): void {
    if (this.#connection !== undefined && !this.#isOver) this.#send(this.#connection);
  }

  onBytes(bytes: Buffer, length: number): boolean {
    this.#request = undefined;
    this.#quietParts = 0;
    try {
      this.#reader.push(bytes, length);
    } catch (error) {
      this.#fail(error);
      return false;
    }
    if (!this.#reader.isEnded) {
      if (this.#reader.hasBegun && !this.#watchesIdle && !this.#hasOwnLimit) this.#watchIdle();
      return !this.#isPaused;
    }
    // A connection that is put aside must be read: it may be closed by the server.
    this.#leave();
    return true;
  }

  onFinish(): void {
    if (this.#diedUnused()) return;
    try {
      this.#reader.finish();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#leave();
  }

  onLost(error: Error | undefined): void {
    if (this.#diedUnused()) return;
    const problem = error === undefined ? "the connection was closed" : errorReason(error);
    this.#fail(new HttpLostError(this.phase, problem, { cause: error }));
  }

  onHead(head: ResponseHead): boolean {
    return this.#receiver.onHead(head);
  }

  onBody(bytes: Buffer, start: number, end: number, isFramed: boolean): void {
    if (this.#isOver) return;
    if (!this.#receiver.onBody(bytes, start, end, isFramed)) this.#isPaused = true;
  }

  onEnd(isSaid: boolean): void {
    if (!this.#isOver) this.#receiver.onEnd(isSaid);
  }

  #open(): void {
    const { connectMs } = this.#limits;
    this.#setTimer(connectMs, () => {
      this.#fail(new HttpLostError("connecting", `no connection within ${connectMs / 1000} seconds`));
    });
    this.#connection = this.#pool.open();
    this.#connection.use(this);
  }

  #send(connection: HttpConnection): void {
    const { firstTokenMs } = this.#limits;
    this.#connection = connection;
    this.#setTimer(firstTokenMs, () => this.#fail(new HttpTimeoutError("first byte", firstTokenMs)));
    connection.use(this);
    if (this.#request !== undefined) connection.write(this.#request);
  }

  /** Takes a new connection where the server had just closed this one: it has not seen the request. */
  #diedUnused(): boolean {
    if (this.#isOver || this.#request === undefined || this.#connection?.isReused !== true) return false;
    this.#connection.destroy();
    this.#open();
    return true;
  }

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    const connection = this.#connection;
    if (connection === undefined) return;
    if (this.#reader.leavesConnectionUsable) this.#pool.release(connection);
    else connection.destroy();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.abort();
    this.#receiver.onFailure(error);
  }

  #watchIdle(): void {
    this.#watchesIdle = true;
    this.#quietParts = 0;
    const { idleMs } = this.#limits;
    const tick = (): void => {
      // A receiver that is behind is no fault of the server.
      if (this.#isPaused) this.#quietParts = 0;
      else if (++this.#quietParts > idleParts) this.#fail(new HttpTimeoutError("next byte", idleMs));
      if (!this.#isOver) this.#setTimer(idleMs / idleParts, tick);
    };
    this.#setTimer(idleMs / idleParts, tick);
  }

  #setTimer(milliseconds: number, callback: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(callback, Math.min(milliseconds, maxDelayMs));
  }
}
