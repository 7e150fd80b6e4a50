import { type BodyHandler, ChunkReader } from "./chunk-reader.ts";
import { EventMeter } from "./event-meter.ts";
import { type ExchangePhase, HttpLostError, HttpProtocolError } from "./http-failure.ts";
import { parseResponseHead, type ResponseHead } from "./response-head.ts";

/** Told of one answer as it comes. What it throws ends the reading. */
export interface ResponseHandler {
  /** Once, and not for informational answers. Says whether whole plain chunks are to be handed on with their frames. */
  onHead(head: ResponseHead): boolean;
  /** Bytes where they lie: they are overwritten after the call. `isFramed`: whole plain chunks with their frames. */
  onBody(bytes: Buffer, start: number, end: number, isFramed: boolean): void;
  /** `isSaid` is false for an event stream that ended in good order, but without `[DONE]`. */
  onEnd(isSaid: boolean): void;
}

const maxHeadCharacters = 16 * 1024;
/** Informational answers that may precede the real one. */
const maxInformational = 16;
const brokenLine = /[^\r]\n|\r[^\n]|^\n/;

/**
 * Reads one HTTP/1.1 answer from pieces that may be cut anywhere. The bytes are hostile: whatever two readers could take
 * for different things is refused.
 */
export class ResponseReader implements BodyHandler {
  readonly #handler: ResponseHandler;
  readonly #maxEventBytes: number | undefined;
  #heldHead = "";
  #informational = 0;
  #head: ResponseHead | undefined;
  #chunks: ChunkReader | undefined;
  #remaining = 0;
  #meter: EventMeter | undefined;
  #hasBegun = false;
  #isEnded = false;
  #hasSurplus = false;

  /** @param maxEventBytes of one event of a stream; 1 MiB by default */
  constructor(handler: ResponseHandler, maxEventBytes?: number) {
    this.#handler = handler;
    this.#maxEventBytes = maxEventBytes;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether nothing but this answer came, and the server keeps the connection open. */
  get leavesConnectionUsable(): boolean {
    return this.#isEnded && !this.#hasSurplus && this.#head?.keepsAlive === true;
  }

  /** Whether a byte of the body has come. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get phase(): ExchangePhase {
    return this.#hasBegun ? "after first byte" : "before first byte";
  }

  /** Takes the first `length` bytes. @throws HttpProtocolError, and what the handler throws */
  push(bytes: Buffer, length: number): void {
    let at = 0;
    try {
      while (this.#head === undefined && at < length) at = this.#takeHead(bytes, at, length);
      if (this.#head !== undefined && at < length) this.#takeBody(bytes, at, length);
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof RangeError) {
        throw new HttpProtocolError(this.phase, error.message);
      }
      throw error;
    }
  }

  /** The server has closed the connection. @throws HttpLostError when the answer was not complete */
  finish(): void {
    if (this.#isEnded) return;
    const isUntilClose = this.#head?.framing.kind === "until close";
    // An event stream says when it is complete; of other bodies without a length nobody can know.
    if (isUntilClose && (this.#meter === undefined || this.#meter.isDone)) this.#end();
    else throw new HttpLostError(this.phase, "the connection was closed before the answer was complete");
  }

  onPayload(bytes: Buffer, start: number, end: number): void {
    this.#hasBegun = true;
    this.#meter?.take(bytes, start, end);
  }

  onBody(bytes: Buffer, start: number, end: number, isFramed: boolean): void {
    this.#handler.onBody(bytes, start, end, isFramed);
  }

  #takeHead(bytes: Buffer, at: number, length: number): number {
    const held = this.#heldHead.length;
    const text = this.#heldHead + bytes.toString("latin1", at, Math.min(length, at + maxHeadCharacters + 1));
    const end = text.indexOf("\r\n\r\n");
    if (end < 0 ? text.length > maxHeadCharacters : end > maxHeadCharacters) {
      throw new SyntaxError("its header is larger than 16 KiB");
    }
    if (end < 0) {
      if (brokenLine.test(text) || !"HTTP/1.".startsWith(text.slice(0, 7))) throw new SyntaxError("it is not HTTP/1");
      this.#heldHead = text;
      return length;
    }
    this.#heldHead = "";
    const head = parseResponseHead(text.slice(0, end + 2));
    if (head.status === 101) throw new SyntaxError("it changes the protocol");
    if (head.status >= 200) this.#begin(head);
    else if (++this.#informational > maxInformational) throw new SyntaxError("it has too many informational answers");
    return at + end + 4 - held;
  }

  #begin(head: ResponseHead): void {
    this.#head = head;
    if (head.contentType !== null && /^text\/event-stream/i.test(head.contentType))
      this.#meter = new EventMeter(this.#maxEventBytes);
    const wantsFrames = this.#handler.onHead(head);
    const { framing } = head;
    if (framing.kind === "chunked") this.#chunks = new ChunkReader(this, wantsFrames);
    else if (framing.kind === "length") this.#remaining = framing.bytes;
    if (framing.kind === "none" || (framing.kind === "length" && framing.bytes === 0)) this.#end();
  }

  #takeBody(bytes: Buffer, from: number, length: number): void {
    let at = from;
    if (this.#isEnded) {
      this.#hasSurplus = true;
      return;
    }
    if (this.#chunks !== undefined) {
      at = this.#chunks.take(bytes, from, length);
      if (at < length) this.#hasSurplus = true;
      if (this.#chunks.isEnded) this.#end();
      return;
    }
    const isLength = this.#head?.framing.kind === "length";
    at = isLength ? Math.min(length, from + this.#remaining) : length;
    this.onPayload(bytes, from, at);
    this.#remaining -= at - from;
    if (at < length) this.#hasSurplus = true;
    this.onBody(bytes, from, at, false);
    if (isLength && this.#remaining === 0) this.#end();
  }

  #end(): void {
    this.#isEnded = true;
    this.#handler.onEnd(this.#meter?.isDone ?? true);
  }
}
