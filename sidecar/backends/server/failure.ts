import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { errorReason } from "../../platform/error-reason.ts";
import { type HttpFailure, HttpProtocolError, HttpTimeoutError } from "../http/http-failure.ts";
import { ProxyError } from "../http/proxy-tunnel.ts";
import { AddressRefusedError } from "./pinned-lookup.ts";

/** What systems say when a connection fails, in words. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at its address",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name could not be looked up",
  EHOSTUNREACH: "its machine cannot be reached",
  ENETUNREACH: "there is no network to it",
  ETIMEDOUT: "it does not answer",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS: the address begins with http, not https",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS: the address begins with http, not https",
  EPROTO: "it does not speak TLS as this node does",
};

/** A backend as errors are told about it. */
export interface FailedBackend {
  readonly backend: string;
  /** What leads there, without credentials; null where nothing does. */
  readonly proxy: string | null;
  /** Whether the proxy was given a name and a password. */
  readonly hasLogin: boolean;
}

/** The error of a client's request whose connection failed, broke off, or brought something that is no answer. */
export function errorOfFailure(failure: HttpFailure, about: FailedBackend, model: string): MeshError {
  if (failure.phase !== "after first byte") return errorOfOwnFailure(failure, about);
  return new MeshError("upstream_disconnected", { backend: about.backend, model }, { cause: failure });
}

/** The same for a question of the node's own, of which nobody has seen a part. */
export function errorOfOwnFailure(failure: unknown, about: FailedBackend): MeshError {
  const { backend, proxy } = about;
  if (failure instanceof HttpProtocolError) {
    return new MeshError("backend_protocol", { backend, problem: failure.problem }, { cause: failure });
  }
  const ofProxy = proxy === null ? undefined : errorOfProxy(failure, { ...about, proxy });
  if (ofProxy !== undefined) return ofProxy;
  const through = proxy === null ? "" : ` (through the proxy ${proxy})`;
  return new MeshError("backend_unreachable", { backend, problem: problemOf(failure) + through }, { cause: failure });
}

function errorOfProxy(
  failure: unknown,
  { backend, proxy, hasLogin }: FailedBackend & { readonly proxy: string },
): MeshError | undefined {
  for (let error = failure; error instanceof Error; error = error.cause) {
    if (!(error instanceof ProxyError)) continue;
    const isWrong = error.fault === "credentials" && hasLogin;
    const unreachable = error.cause === undefined ? error.message : problemOf(error.cause);
    const problem = isWrong
      ? "it does not accept the name and password that it was given (HTTP status 407)"
      : unreachable;
    return new MeshError(
      "backend_proxy",
      { backend, proxy, problem, wantsLogin: error.fault === "credentials", isReader: false },
      { cause: failure },
    );
  }
  return undefined;
}

function problemOf(failure: unknown): string {
  for (let error = failure; error instanceof Error; error = error.cause) {
    if (error instanceof AddressRefusedError) return error.message;
    if (error instanceof HttpTimeoutError) return `it did not answer within ${error.milliseconds / 1000} seconds`;
    // Several addresses of one name have been tried: the first failure stands for all.
    if (error instanceof AggregateError) return problemOf(error.errors[0]);
    const known = words[(error as NodeJS.ErrnoException).code ?? ""];
    if (known !== undefined) return known;
  }
  return errorReason(failure);
}
