import type { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { errorOfRefusal } from "../../server/refusal.ts";

/** The status that the API answers with for each kind of error. Source: Anthropic's API reference, 2026. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  timeout_error: 504,
  overloaded_error: 529,
};

/** What an error event of a stream means: the same as a refusal of its kind. Its words are not passed on. */
export function streamError(type: string, { backend, model }: { backend: string; model: string }): MeshError {
  const status = Object.hasOwn(statuses, type) ? (statuses[type] as number) : 500;
  const headers = { retryAfter: null, contentType: null };
  const context = { backend, model, privacy: null, secret: null, nowMs: Date.now() };
  return errorOfRefusal({ status, headers, body: Buffer.alloc(0) }, context);
}
