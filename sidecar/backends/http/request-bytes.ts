import { formBoundary } from "../../router/form-envelope.ts";
import type { ForwardedRequest, ForwardTarget, HttpTarget, SmallRequest } from "./http-target.ts";
import type { ConnectionPlace } from "./open-socket.ts";

type Header = readonly [name: string, value: string];

/** Up to this size, copying a body behind its head costs less than a second piece to send. In bytes. */
const copiedBytes = 16 * 1024;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const path = /^\/[\x21-\x7e]*$/;

/** The bytes of a request that is passed on: our head, and the client's body, but for the model's name. */
export function forwardBytes(place: ConnectionPlace, target: ForwardTarget, request: ForwardedRequest): Buffer[] {
  const body = withModel(request, target.model);
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  const contentType = request.boundary === undefined ? undefined : formType(request.boundary);
  const head = headOf(place, target, { method: "POST", path: request.path, length, contentType });
  return join(head, body, length);
}

/** The bytes of a request of our own. */
export function smallRequestBytes(place: ConnectionPlace, target: HttpTarget, request: SmallRequest): Buffer[] {
  const { body } = request;
  const head = headOf(place, target, { ...request, ...(body === undefined ? {} : { length: body.length }) });
  return join(head, body === undefined ? [] : [body], body?.length ?? 0);
}

interface HeadParts {
  readonly method: string;
  readonly path: string;
  readonly headers?: readonly Header[];
  /** Of the body, where there is one. */
  readonly length?: number;
  /** Of the body; JSON by default. */
  readonly contentType?: string | undefined;
}

/** @throws TypeError when a part of it would be read as something else */
function headOf(place: ConnectionPlace, target: HttpTarget, parts: HeadParts): string {
  const fullPath = `${target.basePath ?? ""}${parts.path}`;
  if (!path.test(fullPath)) throw new TypeError("The path of a request is malformed.");
  const start = `${parts.method} ${fullPath} HTTP/1.1\r\nhost: ${place.hostHeader}\r\n`;
  const ours = `user-agent: inference-mesh\r\naccept: application/json, text/event-stream, */*;q=0.5\r\naccept-encoding: identity\r\n`;
  const extra = lines(target.headers) + lines(parts.headers);
  const { contentType = "application/json" } = parts;
  const length =
    parts.length === undefined ? "" : `content-type: ${contentType}\r\ncontent-length: ${parts.length}\r\n`;
  return `${start}${ours}${extra}${length}\r\n`;
}

function lines(headers: readonly Header[] | undefined): string {
  let text = "";
  for (const [name, value] of headers ?? []) {
    if (!headerName.test(name) || !headerValue.test(value)) throw new TypeError("A header of a request is malformed.");
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

/** @throws TypeError for a name that would end its part of a form */
function withModel({ body, boundary, envelope }: ForwardedRequest, model: string | undefined): Buffer[] {
  if (model === undefined || model === envelope.model) return [body];
  const { start, end } = envelope.modelRange;
  if (boundary !== undefined && /[\r\n]/.test(model)) throw new TypeError("The name of a model is malformed.");
  const name = boundary === undefined ? JSON.stringify(model) : model;
  return [body.subarray(0, start), Buffer.from(name), body.subarray(end)];
}

/** Said anew, so that the server finds no other boundary in it than the one that was read here. */
function formType(boundary: string): string {
  if (!formBoundary.test(boundary)) throw new TypeError("The boundary of a form is malformed.");
  return `multipart/form-data; boundary="${boundary}"`;
}

function join(head: string, body: readonly Buffer[], length: number): Buffer[] {
  if (length > copiedBytes) return [Buffer.from(head, "latin1"), ...body];
  const whole = Buffer.allocUnsafe(head.length + length);
  let at = whole.write(head, "latin1");
  for (const piece of body) at += piece.copy(whole, at);
  return [whole];
}
