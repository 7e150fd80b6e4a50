import type { LookupFunction } from "node:net";
import type { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { MeshRequest } from "../../router/mesh-request.ts";
import type { HttpFailure } from "./http-failure.ts";
import type { HttpProxy } from "./proxy-tunnel.ts";

/** Where an HTTP/1.1 server is. */
export interface HttpTarget {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string;
  /** A Unix socket or named pipe instead of the origin's address. */
  readonly socketPath?: string;
  /** What comes before the path of each request, such as `/api`. None by default. */
  readonly basePath?: string;
  /** Sent with each request: ours alone, since a client's own headers stay at the gateway. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Resolves the origin's name instead of the system. Targets share connections when these names are the same. */
  readonly resolver?: { readonly name: string; readonly lookup: LookupFunction } | undefined;
  /** `ca`: certificates in PEM to trust besides the usual ones (`trusted-authorities.ts`). */
  readonly tls?: { readonly ca?: string } | undefined;
  /** What leads there; the resolver is not asked then, since it is the proxy that resolves. */
  readonly proxy?: HttpProxy | undefined;
}

/** What is passed on: the client's bytes, or a translation of them. */
export interface ForwardedRequest extends Pick<MeshRequest, "body" | "boundary" | "envelope"> {
  /** Follows the target's `basePath`. */
  readonly path: string;
}

/** A server, with what its failures are called. */
export interface ForwardTarget extends HttpTarget {
  /** What the model is called there: sent in place of the envelope's, which says where. All other bytes stay as they came. */
  readonly model?: string | undefined;
  /** Instead of the forwarder's own. */
  readonly limits?: Partial<ForwardLimits> | undefined;
  /** The error to report when the connection fails or breaks off, or the answer is none. */
  lost(failure: HttpFailure): MeshError;
  /** The error to report for an answer of 300 or above. `body` is hostile input, cut off at 64 KiB. */
  refused(status: number, headers: RefusalHeaders, body: Buffer): MeshError;
}

export interface RefusalHeaders {
  readonly retryAfter: string | null;
  readonly contentType: string | null;
}

/** Times in milliseconds. */
export interface ForwardLimits {
  /** Until a new connection stands. */
  readonly connectMs: number;
  /** From the request to the first byte of the answer's body. */
  readonly firstTokenMs: number;
  /** Between two pieces of the answer. */
  readonly idleMs: number;
  /** Of one event of a stream, in bytes; 1 MiB by default. */
  readonly maxEventBytes?: number;
}

/** A request of our own, such as a probe. */
export interface SmallRequest {
  readonly method: "GET" | "POST";
  /** Follows the target's `basePath`. */
  readonly path: string;
  /** Besides the target's. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
  /** A larger answer is an HttpProtocolError. */
  readonly maxBytes: number;
  /** From the request to the answer's end. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Redirects are not followed, and nothing is decompressed. */
export interface SmallAnswer {
  readonly status: number;
  /** Names in lower case; of a header given twice the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}
