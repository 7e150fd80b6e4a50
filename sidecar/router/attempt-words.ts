import type { Backend } from "../backends/backend.ts";
import type { MeshRequest } from "./mesh-request.ts";
import type { AnswerReader, OriginalRequest } from "./original-request.ts";
import type { Sink } from "./sink.ts";

/** A request as one place is asked, and where its answer goes. */
export interface AttemptWords {
  readonly request: Omit<MeshRequest, "model" | "onSent">;
  readonly sink: Sink;
  /** Of an answer in the client's own dialect; undefined for OpenAI's. */
  readonly reader: AnswerReader | undefined;
}

/** Whether a place takes a request of another dialect as it is. */
export const speaks = (place: Pick<Backend, "nativePaths">, { path }: Pick<OriginalRequest, "path">): boolean =>
  place.nativePaths?.includes(path) === true;

/** In the client's words where the place has them, else in OpenAI's. @throws MeshError where there is no translation */
export function wordsFor(
  backend: Pick<Backend, "nativePaths">,
  { request, sink }: Pick<AttemptWords, "request" | "sink">,
  original: OriginalRequest | undefined,
): AttemptWords {
  if (original === undefined) return { request, sink, reader: undefined };
  if (speaks(backend, original)) {
    const reader = original.readAnswer(request.envelope.stream);
    return { request: { ...request, native: original.native }, sink, reader };
  }
  const { body, envelope, wrap } = original.translated();
  return { request: { ...request, body, envelope }, sink: wrap(sink), reader: undefined };
}
