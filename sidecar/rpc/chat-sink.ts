import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { FinishReason, Usage } from "../../contract/openai/chat.ts";
import { type ChatChunk, chatChunkSchema } from "../../contract/openai/chat-answer.ts";
import type { ChatPiece } from "../../contract/rpc/chat.ts";
import type { Sink } from "../router/sink.ts";
import { SseReader } from "../router/sse-reader.ts";
import { HeldPiece } from "./held-piece.ts";

export interface ChatSinkOptions {
  /** How many pieces may be sent before the client grants more. */
  readonly credit: number;
  readonly send: (piece: ChatPiece) => void;
}

export interface ChatAnswer {
  readonly finishReason: FinishReason;
  /** Null when the backend did not report it. */
  readonly usage: Usage | null;
  readonly firstTokenMs: number;
  readonly totalMs: number;
  readonly model: string;
}

/** One frame of a 60 Hz screen: nobody can see more pieces than that. */
const batchMs = 16;
/** What waits for credit beyond this stops the reading from the backend. */
const maxHeldCharacters = 16 * 1024;

/**
 * Turns an event stream in OpenAI's dialect into batched pieces for a control connection. What the answer says, thinks
 * and calls waits here while the client has granted no credit; a client that stays behind stops the backend.
 */
export class ChatSink implements Sink {
  readonly #options: ChatSinkOptions;
  readonly #reader = new SseReader();
  readonly #startedAt = performance.now();
  readonly #answer = Promise.withResolvers<ChatAnswer>();
  #credit: number;
  readonly #held = new HeldPiece();
  #timer: NodeJS.Timeout | undefined;
  #sentAt = Number.NEGATIVE_INFINITY;
  #resume: () => void = () => undefined;
  #firstTokenAt: number | undefined;
  #finishReason: FinishReason | undefined;
  #usage: Usage | undefined;
  #model = "";
  #isEnded = false;

  /** Settles when the answer has ended and all of it is sent. Rejects with a MeshError. */
  readonly answer: Promise<ChatAnswer> = this.#answer.promise;

  constructor(options: ChatSinkOptions) {
    this.#options = options;
    this.#credit = options.credit;
    // A failure may come before anybody waits for the answer.
    this.answer.catch(() => undefined);
  }

  grant(credit: number): void {
    this.#credit += credit;
    this.#flushSoon();
  }

  begin(): void {
    // Only answers that are good so far begin, and those are event streams: this sink's requests ask for one.
  }

  write(bytes: Buffer): boolean {
    for (const event of this.#reader.push(bytes)) if (event !== "[DONE]") this.#read(event);
    this.#flushSoon();
    return this.#held.characters < maxHeldCharacters;
  }

  onDrain(resume: () => void): void {
    this.#resume = resume;
  }

  end(): void {
    this.#isEnded = true;
    if (this.#held.characters === 0) this.#settle();
    else this.#flushSoon();
  }

  fail(error: MeshError): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // What has been answered so far is worth showing, whatever the client has granted.
    if (this.#held.characters > 0) this.#options.send(this.#held.take());
    this.#answer.reject(error);
  }

  #read(event: string): void {
    const chunk = parseChunk(event);
    if (chunk === undefined) return;
    if (chunk.error !== undefined && chunk.error !== null) {
      throw MeshError.fromWire(chunk.error) ?? new MeshError("engine_crashed", { model: this.#model });
    }
    this.#model = chunk.model ?? this.#model;
    this.#usage = chunk.usage ?? this.#usage;
    const choice = chunk.choices?.[0];
    this.#finishReason = choice?.finish_reason ?? this.#finishReason;
    if (choice?.delta) this.#held.add(choice.delta);
    if (this.#held.characters > 0) this.#firstTokenAt ??= performance.now();
  }

  #flushSoon(): void {
    if (this.#timer !== undefined || this.#held.characters === 0 || this.#credit === 0) return;
    // After a pause the next piece goes at once; only what follows it closely is gathered.
    const waitMs = this.#sentAt + batchMs - performance.now();
    if (waitMs <= 0) {
      this.#flush();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, waitMs);
  }

  #flush(): void {
    if (this.#held.characters > 0 && this.#credit > 0) {
      this.#credit--;
      this.#sentAt = performance.now();
      const wasFull = this.#held.characters >= maxHeldCharacters;
      this.#options.send(this.#held.take());
      if (wasFull) this.#resume();
    }
    if (this.#isEnded && this.#held.characters === 0) this.#settle();
  }

  #settle(): void {
    const now = performance.now();
    clearTimeout(this.#timer);
    this.#answer.resolve({
      finishReason: this.#finishReason ?? "stop",
      usage: this.#usage ?? null,
      firstTokenMs: Math.round((this.#firstTokenAt ?? now) - this.#startedAt),
      totalMs: Math.round(now - this.#startedAt),
      model: this.#model,
    });
  }
}

function parseChunk(event: string): ChatChunk | undefined {
  try {
    return chatChunkSchema.safeParse(JSON.parse(event)).data;
  } catch {
    // A backend's broken event is left out, as browsers do.
    return undefined;
  }
}
