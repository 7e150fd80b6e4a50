import type { Envelope } from "./envelope.ts";

/** One request on its way through the router. The body is opaque: only the envelope was read. */
export interface MeshRequest {
  /** Names the request in logs and answers. */
  readonly id: string;
  readonly path: "/v1/chat/completions";
  readonly body: Buffer;
  readonly envelope: Envelope;
}
