import type { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Envelope } from "./envelope.ts";
import type { MeshRequest } from "./mesh-request.ts";
import type { AnswerHead, Sink } from "./sink.ts";
import type { Usage } from "./usage-tail.ts";

/** Follows an answer as it passes: what it has cost, and whether all of it was there. Keeps next to nothing. */
export interface AnswerReader {
  push(bytes: Buffer): void;
  /** Null where the answer does not tell. */
  read(): Usage | null;
  /** Asked at a clean end: proxies make such ends of crashes. */
  readonly isWhole: boolean;
}

/** A request in OpenAI's dialect that was made of one in another, and the way back for its answer. */
export interface TranslatedRequest {
  readonly body: Buffer;
  readonly envelope: Envelope;
  /** Takes an OpenAI answer and gives the client one of its own dialect. */
  wrap(client: Sink): Sink;
}

/**
 * What makes a request of a dialect other than OpenAI's, whose bytes are the incoming body. Places that have its path take
 * them as they are, and answer the client's way; for the others it is translated, once, and only when one of them is asked
 * for.
 */
export interface OriginalRequest {
  /** Of that dialect, such as `/v1/messages`. */
  readonly path: string;
  /** How it is asked there: the path with its query, and the client's own headers of that dialect. */
  readonly native: NonNullable<MeshRequest["native"]>;
  /** Why it has no translation; null where it has one. */
  refusal(): MeshError | null;
  /** @throws MeshError the refusal */
  translated(): TranslatedRequest;
  readAnswer(isStream: boolean): AnswerReader;
  /** Tells the client of an error before any answer. */
  fail(client: Sink, error: MeshError, headers: AnswerHead["headers"]): void;
}
