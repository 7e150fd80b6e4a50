import type { ErrorCode } from "../../contract/errors/catalogue.ts";
import type { FailureReason } from "./standing.ts";

/**
 * What a failure says about the backend as a whole: it `counts`, it is `decisive` (the next request would fail as well),
 * the backend is `busy`, or it says `nothing`, being about one model, the request or this node.
 */
export type FailureKind = "counts" | "decisive" | "busy" | "nothing";

const kinds: Partial<Record<ErrorCode, FailureKind>> = {
  backend_unreachable: "counts",
  backend_failed: "counts",
  backend_protocol: "counts",
  backend_timeout: "counts",
  upstream_disconnected: "counts",
  backend_credentials: "decisive",
  backend_key_elsewhere: "decisive",
  backend_key_unavailable: "decisive",
  backend_proxy: "counts",
  backend_certificate: "decisive",
  backend_ca_unreadable: "decisive",
  backend_busy: "busy",
};

/** `retryAfterMs` is what the backend has said about coming back, or null: with it, a failure is a wish to wait. */
export function judgeFailure({ code, retryAfterMs }: FailureReason): FailureKind {
  const kind = Object.hasOwn(kinds, code) ? (kinds[code as ErrorCode] ?? "nothing") : "nothing";
  return kind === "counts" && retryAfterMs !== null ? "busy" : kind;
}

/** The error's words and its code: `'gpu' cannot be reached: ECONNREFUSED (backend_unreachable)`. */
export function describeFailure({ code, message }: FailureReason): string {
  return message === undefined ? code : `${message.replace(/\.$/, "")} (${code})`;
}
