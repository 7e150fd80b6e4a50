import type { Socket } from "node:net";
import type { ConnectionPlace } from "./open-socket.ts";
import type { ProxyTunnel } from "./proxy-tunnel.ts";

/** Whoever has the connection for itself at the moment. */
export interface ConnectionUser {
  onReady(): void;
  /** The first `length` of these bytes, to be used before this returns. False stops the reading until `resume`. */
  onBytes(bytes: Buffer, length: number): boolean;
  /** The server has ended its side. */
  onFinish(): void;
  /** The connection is gone; without an error when the other side closed it. */
  onLost(error: Error | undefined): void;
}

/**
 * What all connections read into, since each use is over before the next read: a buffer per read would be most of the
 * garbage, and collecting it most of the delay.
 */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * How much one connection may read in a row before all others have their turn, in bytes. Else an answer that comes as fast
 * as it can is read up to 32 times, and a new client, of whom one is let in per turn, waits for seconds behind some dozens
 * of them.
 */
const bytesInRow = 128 * 1024;
/** A shorter read, in bytes, means that nothing more was waiting: TLS hands over records of this size at most. */
const recordBytes = 16 * 1024;

/** A keep-alive connection, used by one exchange at a time. */
export class HttpConnection {
  /** Undefined until a proxy has opened a tunnel. */
  #socket: Socket | undefined;
  #tunnel: ProxyTunnel | undefined;
  readonly #onGone: (connection: HttpConnection) => void;
  #user: ConnectionUser | undefined;
  #isReady = false;
  #inRow = 0;
  #error: Error | undefined;
  /** Whether an earlier exchange has used it: the server may be closing it just now. */
  isReused = false;
  /** When it was last put aside, in milliseconds of `performance.now`. */
  idleSince = 0;

  /** `onGone` is called once, after the user has heard of it. */
  constructor(place: ConnectionPlace, onGone: (connection: HttpConnection) => void) {
    this.#onGone = onGone;
    const { proxied } = place;
    if (proxied === undefined) {
      const callback = (length: number): boolean => this.#onBytes(readBuffer, length);
      this.#listen(place.open({ buffer: readBuffer, callback }), place.readyEvent);
      return;
    }
    this.#tunnel = proxied.tunnel((result) => {
      this.#tunnel = undefined;
      if (result instanceof Error) {
        this.#error = result;
        this.#onClose();
        return;
      }
      const socket = proxied.enter(result);
      // Node.js ignores `onread` where TLS goes through another socket.
      socket.on("data", (bytes: Buffer) => {
        if (!this.#onBytes(bytes, bytes.length)) socket.pause();
      });
      this.#listen(socket, place.readyEvent);
      if (socket !== result) return;
      this.#onReady();
      socket.resume();
    });
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether it stands, with nothing left to send. */
  get isUsable(): boolean {
    const socket = this.#socket;
    return socket !== undefined && !socket.destroyed && socket.writable && socket.writableLength === 0;
  }

  use(user: ConnectionUser): void {
    this.#user = user;
  }

  /** Nobody uses it any more: from now on whatever it says is a reason to drop it. */
  free(): void {
    this.#user = undefined;
    this.isReused = true;
  }

  write(pieces: readonly Buffer[]): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (pieces.length > 1) socket.cork();
    for (const piece of pieces) socket.write(piece);
    if (pieces.length > 1) socket.uncork();
  }

  resume(): void {
    if (this.#socket?.destroyed === false) this.#socket.resume();
  }

  /** The user hears nothing more. */
  destroy(): void {
    this.#user = undefined;
    if (this.#socket !== undefined) {
      this.#socket.destroy();
    } else if (this.#tunnel !== undefined) {
      this.#tunnel.destroy();
      this.#tunnel = undefined;
      this.#onGone(this);
    }
  }

  #listen(socket: Socket, readyEvent: ConnectionPlace["readyEvent"]): void {
    this.#socket = socket;
    // Each of the three comes once; `once` would keep a function and a state more for each.
    socket.on(readyEvent, () => this.#onReady());
    socket.on("end", () => this.#onEnd());
    socket.on("error", (error) => {
      this.#error ??= error;
    });
    socket.on("close", () => this.#onClose());
  }

  #onReady(): void {
    this.#isReady = true;
    this.#user?.onReady();
  }

  #onBytes(bytes: Buffer, length: number): boolean {
    if (this.#user !== undefined) return this.#user.onBytes(bytes, length) && this.#mayReadOn(length);
    // Nobody has asked: it would be taken for the answer to the next request.
    this.#socket?.destroy();
    return false;
  }

  /** False where it is the others' turn; it goes on by itself. */
  #mayReadOn(length: number): boolean {
    this.#inRow = length < recordBytes ? 0 : this.#inRow + length;
    if (this.#inRow < bytesInRow) return true;
    this.#inRow = 0;
    setImmediate(() => this.resume());
    return false;
  }

  #onEnd(): void {
    const user = this.#user;
    if (user === undefined) this.#socket?.destroy();
    else user.onFinish();
  }

  #onClose(): void {
    const user = this.#user;
    this.#user = undefined;
    user?.onLost(this.#error);
    // Afterwards: whoever opens another connection at once keeps the pool.
    this.#onGone(this);
  }
}
