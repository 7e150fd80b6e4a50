const firstBytes = 64 * 1024;

/** Lines that are on their way to a file. */
export interface TakenLines {
  readonly count: number;
  readonly bytes: Buffer;
}

/**
 * Lines that wait to be written, as bytes outside the heap: thousands of small objects that live for a quarter of a second
 * would be copied by the collector again and again. Two buffers take turns: new ones each time would be reason enough for
 * V8 to collect the whole heap every second.
 */
export class PendingLines {
  #bytes: Buffer = Buffer.allocUnsafeSlow(firstBytes);
  #spare: Buffer | undefined;
  #used = 0;
  #count = 0;

  push(line: string): void {
    // A character takes at most three bytes.
    const most = this.#used + 3 * line.length + 1;
    if (most > this.#bytes.length) this.#grow(most);
    this.#used += this.#bytes.write(line, this.#used);
    this.#bytes[this.#used++] = 0x0a;
    this.#count++;
  }

  /** Hands the lines out, and begins anew. Their bytes are to be given back. */
  take(): TakenLines {
    const taken = { count: this.#count, bytes: this.#bytes.subarray(0, this.#used) };
    this.#bytes = this.#spare ?? Buffer.allocUnsafeSlow(firstBytes);
    this.#spare = undefined;
    this.#used = 0;
    this.#count = 0;
    return taken;
  }

  /** Nobody reads these bytes any more. What was large for a busy time does not stay so. */
  giveBack({ bytes }: TakenLines): void {
    const { buffer } = bytes;
    const isUsed = buffer.byteLength === firstBytes || bytes.length >= buffer.byteLength / 8;
    if (isUsed) this.#spare = Buffer.from(buffer);
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(least, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}
