import type { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { AnswerHead, Sink } from "../../router/sink.ts";
import { SseReader } from "../../router/sse-reader.ts";
import { unusable } from "./read-answer.ts";

/** Puts the events of a streamed chat completion into those of another dialect, ready to be sent. */
export interface EventTranslation {
  /** What the data of one event becomes; nothing, often. @throws MeshError `backend_protocol`, or the error that it tells of */
  push(data: string): string;
  /** The last events. @throws MeshError `backend_protocol` when the stream ended without saying that it is whole */
  finish(): string;
}

export interface EventSinkOptions {
  readonly client: Sink;
  /** As it was asked for. */
  readonly model: string;
  readonly events: EventTranslation;
}

/** Takes a streamed chat completion and gives the client the events of its own dialect. */
export class EventSink implements Sink {
  readonly #options: EventSinkOptions;
  readonly #reader = new SseReader();

  constructor(options: EventSinkOptions) {
    this.#options = options;
  }

  /** @throws MeshError `backend_protocol` */
  begin({ contentType, headers }: AnswerHead): void {
    const { client, model } = this.#options;
    if (!contentType.startsWith("text/event-stream")) throw unusable(model, "it is no event stream");
    client.begin({ status: 200, contentType: "text/event-stream; charset=utf-8", ...(headers && { headers }) });
  }

  /** @throws MeshError `backend_protocol`, or the error that the backend tells of */
  write(bytes: Buffer): boolean {
    const { client, events } = this.#options;
    const translated = this.#read(bytes)
      .map((data) => events.push(data))
      .join("");
    return translated === "" || client.write(Buffer.from(translated));
  }

  onDrain(resume: () => void): void {
    this.#options.client.onDrain(resume);
  }

  /** @throws MeshError `backend_protocol` */
  end(): void {
    const { client, events } = this.#options;
    client.write(Buffer.from(events.finish()));
    client.end();
  }

  fail(error: MeshError, headers?: AnswerHead["headers"]): void {
    this.#options.client.fail(error, headers);
  }

  #read(bytes: Buffer): string[] {
    try {
      return this.#reader.push(bytes);
    } catch (error) {
      if (error instanceof RangeError) throw unusable(this.#options.model, "an event is too large");
      throw error;
    }
  }
}
