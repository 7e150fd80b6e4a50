import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Usage } from "../../contract/openai/chat.ts";
import { type TextChunk, textChunkSchema } from "../../contract/openai/text-answer.ts";
import type { Sink } from "../router/sink.ts";
import { SseReader } from "../router/sse-reader.ts";

/** More than any answer that is asked for here: whoever sends it is broken or hostile. */
const maxTextLength = 64 * 1024;

/** Gathers a streamed text completion, so that what there is can be had at any time. */
export class CompletionSink implements Sink {
  readonly #backend: () => string;
  readonly #reader = new SseReader();
  readonly #startedAt = performance.now();
  readonly #end = Promise.withResolvers<void>();
  #text = "";
  #finishReason: string | undefined;
  #usage: Usage | null = null;
  #firstTokenAt: number | undefined;

  /** Settles when the answer has ended. Rejects with a MeshError. */
  readonly ended: Promise<void> = this.#end.promise;

  /** @param backend who is answering, for errors */
  constructor(backend: () => string) {
    this.#backend = backend;
    // A failure may come before anybody waits for the end.
    this.ended.catch(() => undefined);
  }

  get text(): string {
    return this.#text;
  }

  get usage(): Usage | null {
    return this.#usage;
  }

  /** Whatever is no such limit is an end, as far as the text is concerned. */
  get finishReason(): "stop" | "length" {
    return this.#finishReason === "length" ? "length" : "stop";
  }

  get timing(): { firstTokenMs: number | null; totalMs: number } {
    const since = (at: number): number => Math.round(at - this.#startedAt);
    const firstTokenMs = this.#firstTokenAt === undefined ? null : since(this.#firstTokenAt);
    return { firstTokenMs, totalMs: since(performance.now()) };
  }

  begin(): void {
    // Only answers that are good so far begin, and this sink's requests ask for event streams.
  }

  /** @throws MeshError what the answer says itself; `backend_protocol` */
  write(bytes: Buffer): boolean {
    for (const event of this.#reader.push(bytes)) if (event !== "[DONE]") this.#read(event);
    return true;
  }

  onDrain(): void {
    // It is never behind.
  }

  end(): void {
    this.#end.resolve();
  }

  fail(error: MeshError): void {
    this.#end.reject(error);
  }

  #read(event: string): void {
    const chunk = parseChunk(event);
    if (chunk === undefined) return;
    if (chunk.error !== undefined && chunk.error !== null) {
      throw MeshError.fromWire(chunk.error) ?? this.#broken("it broke off");
    }
    this.#usage = chunk.usage ?? this.#usage;
    const choice = chunk.choices?.[0];
    this.#finishReason = choice?.finish_reason ?? this.#finishReason;
    this.#text += choice?.text ?? "";
    if (this.#text.length > maxTextLength) throw this.#broken("it is far longer than what was asked for");
    if (this.#text !== "") this.#firstTokenAt ??= performance.now();
  }

  #broken(problem: string): MeshError {
    return new MeshError("backend_protocol", { backend: this.#backend(), problem });
  }
}

function parseChunk(event: string): TextChunk | undefined {
  try {
    return textChunkSchema.safeParse(JSON.parse(event)).data;
  } catch {
    // A backend's broken event is left out, as browsers do.
    return undefined;
  }
}
