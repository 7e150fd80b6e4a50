/** No honest event of text is larger; a backend that sends one is broken or hostile. In bytes. */
const usualMaxBytes = 1024 * 1024;

const [lineFeed, carriageReturn, closeBracket] = [0x0a, 0x0d, 0x5d];
const doneLines = ["data: [DONE]", "data:[DONE]"];
const doneBytes = 12;

/**
 * Follows the bytes of an event stream, to know how large its events are and whether the last one was `[DONE]`. Nearly
 * every piece is one whole event, and costs four comparisons.
 */
export class EventMeter {
  readonly #maxBytes: number;
  #eventBytes = 0;
  #isDone = false;
  /** The beginning of the line that is being read, where a line is read byte by byte. */
  #line = "";
  #lineBytes = 0;
  /** A carriage return ended the last line: a line feed that follows belongs to it. */
  #skipsLineFeed = false;

  constructor(maxBytes = usualMaxBytes) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the stream has said that it is complete. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** @throws RangeError when one event is larger than allowed */
  take(bytes: Buffer, start: number, end: number): void {
    if (endsWithEvent(bytes, start, end) && this.#eventBytes + end - start <= this.#maxBytes) {
      this.#eventBytes = 0;
      this.#skipsLineFeed = false;
      this.#forgetLine();
    } else {
      this.#read(bytes, start, end);
    }
  }

  #read(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      const isSecondHalf = byte === lineFeed && this.#skipsLineFeed;
      this.#skipsLineFeed = byte === carriageReturn;
      if (isSecondHalf) continue;
      if (byte === lineFeed || byte === carriageReturn) {
        this.#endLine();
        continue;
      }
      if (this.#lineBytes++ < doneBytes) this.#line += String.fromCharCode(byte);
      if (++this.#eventBytes > this.#maxBytes) {
        throw new RangeError(`an event of its stream is larger than ${this.#maxBytes / 1024 / 1024} MiB`);
      }
    }
  }

  #forgetLine(): void {
    this.#line = "";
    this.#lineBytes = 0;
  }

  #endLine(): void {
    // Empty lines between events are allowed without end; lines within one count with their ends.
    if (this.#lineBytes === 0) this.#eventBytes = 0;
    else this.#eventBytes++;
    if (this.#lineBytes <= doneBytes) this.#isDone ||= doneLines.includes(this.#line);
    this.#forgetLine();
  }
}

/** True for a piece that ends between two events, and not with `[DONE]` or anything like it. */
function endsWithEvent(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < 5 || bytes[end - 1] !== lineFeed) return false;
  if (bytes[end - 2] === lineFeed) return bytes[end - 3] !== closeBracket && bytes[end - 3] !== carriageReturn;
  return (
    bytes[end - 2] === carriageReturn &&
    bytes[end - 3] === lineFeed &&
    bytes[end - 4] === carriageReturn &&
    bytes[end - 5] !== closeBracket
  );
}
