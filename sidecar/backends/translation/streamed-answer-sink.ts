import type { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { AnswerHead, Sink } from "../../router/sink.ts";
import { SseReader } from "../../router/sse-reader.ts";
import { type AnswerTranslation, unusableAnswer } from "./answer-translation.ts";

export interface StreamedAnswerSinkOptions {
  /** Who answers, for errors. */
  readonly backend: string;
  readonly client: Sink;
  readonly translation: Omit<AnswerTranslation, "whole">;
  /** As servers announce their streams; server-sent events by default. */
  readonly contentType?: string;
  /** Cuts a stream into events; for server-sent events by default. @throws RangeError for one that is too large */
  readonly reader?: { push(bytes: Buffer): readonly string[] };
}

/**
 * Gives the client a chunk of OpenAI's for each event of a server's stream. It begins with the first chunk: a stream that
 * fails before may still be answered elsewhere.
 */
export class StreamedAnswerSink implements Sink {
  readonly #options: StreamedAnswerSinkOptions;
  readonly #reader: NonNullable<StreamedAnswerSinkOptions["reader"]>;
  #hasBegun = false;

  constructor(options: StreamedAnswerSinkOptions) {
    this.#options = options;
    this.#reader = options.reader ?? new SseReader();
  }

  /** @throws MeshError `backend_protocol` */
  begin({ contentType: announced }: AnswerHead): void {
    const { backend, contentType = "text/event-stream" } = this.#options;
    if (!announced.toLowerCase().startsWith(contentType)) throw unusableAnswer(backend, `it is no ${contentType}`);
  }

  /** @throws MeshError `backend_protocol`, or the error that the stream tells of */
  write(bytes: Buffer): boolean {
    return this.#send(this.#read(bytes).flatMap((data) => this.#options.translation.event(data)));
  }

  onDrain(resume: () => void): void {
    this.#options.client.onDrain(resume);
  }

  /** @throws MeshError `backend_protocol` */
  end(): void {
    const { client, translation } = this.#options;
    const last = translation.finish();
    if (last === undefined && !this.#hasBegun) {
      throw unusableAnswer(this.#options.backend, "it ended before it began");
    }
    if (last !== undefined) this.#send(last, "data: [DONE]\n\n");
    client.end(last !== undefined);
  }

  fail(error: MeshError, headers?: AnswerHead["headers"]): void {
    this.#options.client.fail(error, headers);
  }

  #read(bytes: Buffer): readonly string[] {
    try {
      return this.#reader.push(bytes);
    } catch (error) {
      if (error instanceof RangeError) throw unusableAnswer(this.#options.backend, "an event is too large");
      throw error;
    }
  }

  #send(chunks: readonly object[], more = ""): boolean {
    const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("") + more;
    if (text === "") return true;
    const { client } = this.#options;
    if (!this.#hasBegun) client.begin({ status: 200, contentType: "text/event-stream; charset=utf-8" });
    this.#hasBegun = true;
    return client.write(Buffer.from(text));
  }
}
