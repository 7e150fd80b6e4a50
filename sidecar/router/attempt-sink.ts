import type { MeshError } from "../../contract/errors/mesh-error.ts";
import type { AnswerReader } from "./original-request.ts";
import type { AnswerHead, Sink } from "./sink.ts";
import { UsageTail } from "./usage-tail.ts";

export interface AttemptSinkOptions {
  readonly sink: Sink;
  /** Called once, before the head goes on. @returns what the router adds to it */
  readonly onBegin: () => AnswerHead["headers"];
  /** Follows an answer that is not in OpenAI's dialect. */
  readonly reader?: AnswerReader | undefined;
}

/** Of a stream's last piece: why it stops, what it cost, or what went wrong. Inside of a text these quotes would be escaped. */
const lastWord = /"finish_reason"\s*:\s*"|"usage"\s*:\s*\{|"error"\s*:\s*[{"]/;
const lastWordBytes = 2048;

/**
 * One attempt's way to the client: sees the first byte pass, and keeps the end for the accounts. What has begun cannot be
 * tried anywhere else.
 */
export class AttemptSink implements Sink {
  readonly #sink: Sink;
  readonly #onBegin: AttemptSinkOptions["onBegin"];
  readonly #reader: AnswerReader | undefined;
  readonly #tail: Pick<AnswerReader, "push" | "read">;
  readonly writeFrames?: (frames: Buffer) => boolean;
  #resume: (() => void) | undefined;
  #last: Buffer | undefined;
  /** Pieces of the answer; of a stream, about as many as tokens. */
  pieces = 0;
  hasBegun = false;
  hasEnded = false;
  /** Set when a stream ended in good order in the middle of its answer: the sink has heard nothing of that end. */
  isCutShort = false;

  constructor({ sink, onBegin, reader }: AttemptSinkOptions) {
    this.#sink = sink;
    this.#onBegin = onBegin;
    this.#reader = reader;
    this.#tail = reader ?? new UsageTail();
    // A reader reads events, and no chunks around them.
    if (sink.writeFrames !== undefined && reader === undefined) {
      this.writeFrames = (frames) => {
        this.pieces++;
        this.#tail.push(frames);
        this.#last = frames;
        return sink.writeFrames?.(frames) ?? true;
      };
    }
  }

  get usage() {
    return this.#tail.read();
  }

  begin(head: AnswerHead): void {
    this.hasBegun = true;
    const added = this.#onBegin();
    this.#sink.begin(added === undefined ? head : { ...head, headers: added });
  }

  write(bytes: Buffer): boolean {
    this.pieces++;
    this.#tail.push(bytes);
    this.#last = bytes;
    return this.#sink.write(bytes);
  }

  /** The client's sink takes one listener for all attempts: it calls this one's. */
  onDrain(resume: () => void): void {
    this.#resume = resume;
  }

  drained(): void {
    this.#resume?.();
  }

  /**
   * Some proxies turn a server's crash into a clean end, which must not look like a whole answer here. Not all servers
   * send `[DONE]`: why the answer stops is as good. And an answer without a byte is none: the client has heard nothing,
   * and may still get one from elsewhere.
   */
  end(isSaid = true): void {
    const isWhole = this.#reader?.isWhole ?? (isSaid || saysWhy(this.#last));
    this.isCutShort = !isWhole;
    if (this.isCutShort) return;
    this.hasEnded = true;
    if (this.hasBegun) this.#sink.end();
  }

  fail(error: MeshError): void {
    this.hasEnded = true;
    this.#sink.fail(error);
  }
}

const saysWhy = (last: Buffer | undefined): boolean =>
  lastWord.test(last?.toString("latin1").slice(-lastWordBytes) ?? "");
