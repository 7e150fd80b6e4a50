import type { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { AnswerHead, Sink } from "../../router/sink.ts";
import { type AnswerTranslation, unusableAnswer } from "./answer-translation.ts";

export interface WholeAnswerSinkOptions {
  /** Who answers, for errors. */
  readonly backend: string;
  readonly client: Sink;
  readonly translation: Pick<AnswerTranslation, "whole">;
}

/** No honest answer in one piece is larger, in bytes. */
const maxAnswerBytes = 32 * 1024 * 1024;

/** Holds a server's answer until it is whole, then gives the client its translation. Until then nobody has heard anything. */
export class WholeAnswerSink implements Sink {
  readonly #options: WholeAnswerSinkOptions;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(options: WholeAnswerSinkOptions) {
    this.#options = options;
  }

  begin(_head: AnswerHead): void {
    // The client's head has the length of what it gets.
  }

  /** @throws MeshError `backend_protocol` */
  write(bytes: Buffer): boolean {
    this.#bytes += bytes.length;
    if (this.#bytes > maxAnswerBytes) throw unusableAnswer(this.#options.backend, "it is too large");
    this.#pieces.push(bytes);
    return true;
  }

  onDrain(resume: () => void): void {
    this.#options.client.onDrain(resume);
  }

  /** @throws MeshError `backend_protocol` */
  end(): void {
    const { client, translation } = this.#options;
    const body = Buffer.from(JSON.stringify(translation.whole(Buffer.concat(this.#pieces).toString("utf8"))));
    client.begin({ status: 200, contentType: "application/json", length: body.length });
    client.write(body);
    client.end();
  }

  fail(error: MeshError, headers?: AnswerHead["headers"]): void {
    this.#options.client.fail(error, headers);
  }
}
