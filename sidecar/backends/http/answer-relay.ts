import type { AnswerHead, Sink } from "../../router/sink.ts";
import type { AnswerReceiver } from "./exchange.ts";
import { HttpProtocolError, HttpTimeoutError } from "./http-failure.ts";
import type { ForwardTarget } from "./http-target.ts";
import type { ResponseHead } from "./response-head.ts";

export interface AnswerRelayOptions {
  readonly sink: Sink;
  readonly refused: ForwardTarget["refused"];
  /** Called once: without an error when the sink has all of a good answer. */
  readonly settle: (error?: unknown) => void;
  /** Starts the reading again after the sink was behind. */
  readonly resume: () => void;
  readonly limitRest: (milliseconds: number) => void;
}

const maxRefusalBytes = 64 * 1024;
/** How long the body of a refusal may take, which is only read for its words. In milliseconds. */
const refusalMs = 5000;
const lessThan = 0x3c;
const binaryType = /^(?:audio|image|video)\/|^application\/octet-stream/i;
const plainType = /^[\w.+-]{1,64}\/[\w.+-]{1,64}[ \t]*(?:;[\x20-\x7e]{0,128})?$/;

/**
 * Hands each piece of a good answer to the sink as it arrives, and stops reading while the sink is behind. Any other
 * answer is kept from the sink, so that the request can still go somewhere else; so is a good one until its first byte.
 */
export class AnswerRelay implements AnswerReceiver {
  readonly #options: AnswerRelayOptions;
  #head: ResponseHead | undefined;
  #hasBegun = false;
  #refusal: Buffer | undefined;

  constructor(options: AnswerRelayOptions) {
    this.#options = options;
  }

  /** @throws HttpProtocolError */
  onHead(head: ResponseHead): boolean {
    this.#head = head;
    if (head.isEncoded) throw problem("it is compressed, which was not asked for");
    if (head.status < 300) {
      if (/^(?:text\/html|application\/xhtml)/i.test(head.contentType ?? "")) throw problem("it is a web page");
      return this.#options.sink.writeFrames !== undefined;
    }
    this.#refusal = Buffer.alloc(0);
    this.#options.limitRest(refusalMs);
    return false;
  }

  onBody(bytes: Buffer, start: number, end: number, isFramed: boolean): boolean {
    if (this.#refusal !== undefined) return this.#refuse(this.#refusal, bytes.subarray(start, end));
    const { sink } = this.#options;
    if (!this.#hasBegun) {
      // No JSON and no event begins so, and a page is not always announced as one. A sound may begin with any byte.
      const isBinary = binaryType.test(this.#head?.contentType ?? "");
      const first = bytes[isFramed ? bytes.indexOf("\n", start) + 1 : start];
      if (first === lessThan && !isBinary) throw problem("it is a web page");
      this.#begin();
    }
    const piece = Buffer.allocUnsafe(end - start);
    bytes.copy(piece, 0, start, end);
    return isFramed && sink.writeFrames !== undefined ? sink.writeFrames(piece) : sink.write(piece);
  }

  onEnd(isSaid: boolean): void {
    if (this.#refusal !== undefined) {
      this.#settleRefusal(this.#refusal);
      return;
    }
    // Whoever has asked a model wants an answer: another place may have one.
    if (!this.#hasBegun) throw problem("it is empty");
    this.#options.sink.end(isSaid);
    this.#options.settle();
  }

  onFailure(error: unknown): void {
    // What has been read of a refusal says enough, and its status is what counts.
    if (this.#refusal === undefined || error instanceof HttpProtocolError) this.#options.settle(error);
    else this.#settleRefusal(this.#refusal);
  }

  #begin(): void {
    const { sink, resume } = this.#options;
    this.#hasBegun = true;
    sink.onDrain(resume);
    sink.begin(answerHead(this.#head as ResponseHead));
  }

  #refuse(held: Buffer, piece: Buffer): boolean {
    this.#refusal = Buffer.concat([held, piece]).subarray(0, maxRefusalBytes);
    // Enough is read; the rest is not worth waiting for.
    if (this.#refusal.length === maxRefusalBytes) throw new HttpTimeoutError("rest", 0);
    return true;
  }

  #settleRefusal(body: Buffer): void {
    const { status, retryAfter, contentType } = this.#head as ResponseHead;
    this.#options.settle(this.#options.refused(status, { retryAfter, contentType }, body));
  }
}

function answerHead({ status, contentType, framing }: ResponseHead): AnswerHead {
  return {
    status,
    contentType: contentType !== null && plainType.test(contentType) ? contentType : "application/json",
    ...(framing.kind === "length" ? { length: framing.bytes } : {}),
  };
}

const problem = (words: string): HttpProtocolError => new HttpProtocolError("before first byte", words);
