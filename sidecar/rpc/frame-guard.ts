/** How much of a connection a client may take up. */
export interface FrameLimits {
  /** The header of one message, in bytes. */
  readonly headerBytes: number;
  /** The content of one message, in bytes; asked for each message, since it grows when the client is known. */
  readonly contentBytes: () => number;
}

const headerEnd = Buffer.from("\r\n\r\n");

/**
 * Follows the frames of a JSON-RPC stream (a header with Content-Length, then so many bytes) without keeping them, and
 * tells when one is too large. The library that reads them keeps whatever arrives until a message is complete.
 */
export class FrameGuard {
  readonly #limits: FrameLimits;
  /** The header read so far; empty within content. */
  #header = Buffer.alloc(0);
  #contentLeft = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** False when what arrived belongs to a frame that is too large, or to none: nothing after it can be trusted. */
  accepts(chunk: Buffer): boolean {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#contentLeft > 0) {
        const taken = Math.min(this.#contentLeft, rest.length);
        this.#contentLeft -= taken;
        rest = rest.subarray(taken);
        continue;
      }
      const before = this.#header.length;
      this.#header = Buffer.concat([
        this.#header,
        rest.subarray(0, this.#limits.headerBytes + headerEnd.length - before),
      ]);
      const end = this.#header.indexOf(headerEnd);
      if (end < 0) return this.#header.length <= this.#limits.headerBytes;
      const length = contentLength(this.#header.toString("latin1", 0, end));
      if (length === undefined || length > this.#limits.contentBytes()) return false;
      this.#contentLeft = length;
      this.#header = Buffer.alloc(0);
      rest = rest.subarray(end + headerEnd.length - before);
    }
    return true;
  }
}

function contentLength(header: string): number | undefined {
  const found = /^content-length: *(\d{1,10})$/im.exec(header)?.[1];
  return found === undefined ? undefined : Number(found);
}
