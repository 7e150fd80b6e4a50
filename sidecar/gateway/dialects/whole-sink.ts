import type { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { AnswerHead, Sink } from "../../router/sink.ts";
import { unusable } from "./read-answer.ts";

export interface WholeSinkOptions {
  readonly client: Sink;
  readonly model: string;
  /** What the client gets for the backend's answer. @throws MeshError `backend_protocol` */
  readonly translate: (text: string) => object;
  /** Another word for an error, where this call has one. */
  readonly explain?: (error: MeshError) => MeshError;
}

/** No honest answer in one piece is larger. */
const maxAnswerBytes = 32 * 1024 * 1024;

/** Holds an answer until it is whole, then gives the client another one for it. */
export class WholeSink implements Sink {
  readonly #options: WholeSinkOptions;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;
  #headers: AnswerHead["headers"];

  constructor(options: WholeSinkOptions) {
    this.#options = options;
  }

  begin({ headers }: AnswerHead): void {
    this.#headers = headers;
  }

  /** @throws MeshError `backend_protocol` */
  write(bytes: Buffer): boolean {
    this.#bytes += bytes.length;
    if (this.#bytes > maxAnswerBytes) throw unusable(this.#options.model, "it is too large");
    this.#pieces.push(bytes);
    return true;
  }

  onDrain(resume: () => void): void {
    this.#options.client.onDrain(resume);
  }

  /** @throws MeshError `backend_protocol`; the client has heard nothing until then */
  end(): void {
    const { client, translate } = this.#options;
    const body = Buffer.from(JSON.stringify(translate(Buffer.concat(this.#pieces).toString("utf8"))));
    const headers = this.#headers;
    client.begin({
      status: 200,
      contentType: "application/json",
      length: body.length,
      ...(headers === undefined ? {} : { headers }),
    });
    client.write(body);
    client.end();
  }

  fail(error: MeshError, headers: AnswerHead["headers"] = this.#headers): void {
    this.#options.client.fail(this.#options.explain?.(error) ?? error, headers);
  }
}
