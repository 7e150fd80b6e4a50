import type { ServerResponse } from "node:http";
import type { MeshError } from "../../contract/errors/mesh-error.ts";
import type { AnswerHead } from "../router/sink.ts";
import { endBeforeBody } from "./end-before-body.ts";
import { type ErrorWords, openAiErrors } from "./error-words.ts";

/** When a refused request may be worth another try, in seconds, where the error does not say: about a short answer. */
const shortAnswerSeconds = 2;

interface SendErrorOptions {
  readonly headers?: AnswerHead["headers"];
  readonly words?: ErrorWords;
}

/** A whole answer that is an error. */
export function sendError(response: ServerResponse, error: MeshError, options: SendErrorOptions = {}): void {
  const { headers = [], words = openAiErrors } = options;
  const body = JSON.stringify(words.body(error));
  const retryAfterSeconds = retryAfterOf(error);
  for (const [name, value] of headers) response.setHeader(name, value);
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", retryAfterSeconds);
  if (error.httpStatus === 401) response.setHeader("www-authenticate", "Bearer");
  const isEarly = !response.req.complete;
  // What is left of the request's body must not be taken for the next request.
  if (isEarly) response.setHeader("connection", "close");
  response.writeHead(error.httpStatus, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  if (isEarly) endBeforeBody(response, body);
  else response.end(body);
}

function retryAfterOf(error: MeshError): number | undefined {
  if ("retryAfterSeconds" in error.params) return error.params.retryAfterSeconds;
  return error.httpStatus === 503 ? shortAnswerSeconds : undefined;
}

/** A whole answer in JSON. */
export const sendJson = (response: ServerResponse, value: unknown): void =>
  sendText(response, JSON.stringify(value), "application/json");

/** A whole answer; by default a line for whoever looks whether somebody is there. */
export function sendText(response: ServerResponse, body: string, contentType = "text/plain; charset=utf-8"): void {
  response.writeHead(200, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}
