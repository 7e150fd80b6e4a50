import type { ErrorCode } from "../../contract/errors/catalogue.ts";
import type { MeshError } from "../../contract/errors/mesh-error.ts";

/**
 * What a failed attempt means: `request`, it would fail everywhere; `unable`, this place has no words for what is asked,
 * and another may; `busy`, the place has no room now and another may; `place`, something is wrong there.
 */
export type FailureKind = "request" | "unable" | "busy" | "place";

const busyCodes: ReadonlySet<ErrorCode> = new Set([
  "backend_busy",
  "engine_busy",
  "engine_restarting",
  "queue_full",
  "queue_share_full",
  "queue_too_slow",
  "queue_timeout",
  "model_too_large",
  "model_in_use",
  // Another node's own places; here it would not have been asked.
  "no_place",
]);

const placeCodes: ReadonlySet<ErrorCode> = new Set([
  "backend_unreachable",
  "backend_failed",
  "backend_credentials",
  "backend_model_missing",
  "backend_path_missing",
  "backend_protocol",
  "backend_key_elsewhere",
  "backend_key_unavailable",
  "backend_proxy",
  "backend_certificate",
  "backend_ca_unreadable",
  // It has come too far for that node, and not for a server.
  "request_loop",
  // Another node may hold its models further away than it had said.
  "privacy_forbids",
  "backend_timeout",
  "upstream_disconnected",
  "engine_crashed",
  "engine_unresponsive",
  "engine_start_failed",
  "generation_failed",
  "model_load_failed",
  "model_file_missing",
  "model_file_unreadable",
  "model_file_not_gguf",
  "model_file_truncated",
  "model_file_corrupt",
  "model_parts_missing",
  "internal",
]);

/** Sorts an error from before the first byte. What nobody has sorted is taken for the request's own fault: it is not sent twice. */
export function failureKind({ code }: Pick<MeshError, "code">): FailureKind {
  if (code === "unsupported_field") return "unable";
  if (busyCodes.has(code)) return "busy";
  return placeCodes.has(code) ? "place" : "request";
}

/** What the other side has said about coming back, in milliseconds; null when it has said nothing. */
export function retryAfterMs({ params }: MeshError): number | null {
  return "retryAfterSeconds" in params ? params.retryAfterSeconds * 1000 : null;
}
