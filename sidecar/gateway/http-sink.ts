import type { ServerResponse } from "node:http";
import { type MeshError, toOpenAiError } from "../../contract/errors/mesh-error.ts";
import type { AnswerHead, Sink } from "../router/sink.ts";
import { sendError } from "./send-error.ts";

/** An answer that goes to an HTTP client, byte for byte as the backend sent it. */
export class HttpSink implements Sink {
  readonly #response: ServerResponse;
  #isEventStream = false;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  begin(head: AnswerHead): void {
    this.#isEventStream = head.contentType.startsWith("text/event-stream");
    this.#response.writeHead(head.status, { "content-type": head.contentType, "cache-control": "no-store" });
  }

  write(bytes: Buffer): boolean {
    return this.#response.write(bytes);
  }

  onDrain(resume: () => void): void {
    this.#response.on("drain", resume);
  }

  end(): void {
    this.#response.end();
  }

  /**
   * A stream that breaks off gets an error event and then no clean end (no last chunk, no `[DONE]`), so that no client
   * takes half an answer for a whole one.
   */
  fail(error: MeshError): void {
    const response = this.#response;
    if (response.destroyed) return;
    if (!response.headersSent) sendError(response, error);
    else if (!this.#isEventStream) response.destroy();
    else response.write(`data: ${JSON.stringify(toOpenAiError(error))}\n\n`, () => response.destroy());
  }
}
