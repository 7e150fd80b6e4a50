import type { Socket } from "node:net";
import { type Message, SocketMessageWriter } from "vscode-jsonrpc/node";

export interface WriterBounds {
  /** Messages that may wait for the reader at the other end. */
  readonly maxWaiting: number;
  /** Told for every message beyond that, which is not written. */
  readonly onFull: () => void;
}

/** A writer that does not collect messages for ever: the library queues them without a limit. */
export class BoundedWriter extends SocketMessageWriter {
  readonly #bounds: WriterBounds;
  #waiting = 0;

  constructor(socket: Socket, bounds: WriterBounds) {
    super(socket);
    this.#bounds = bounds;
  }

  override async write(message: Message): Promise<void> {
    if (this.#waiting >= this.#bounds.maxWaiting) return this.#bounds.onFull();
    this.#waiting++;
    try {
      await super.write(message);
    } finally {
      this.#waiting--;
    }
  }
}
