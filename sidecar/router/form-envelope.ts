import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Envelope } from "./envelope.ts";
import type { ByteRange } from "./json-scanner.ts";

/** What may divide a form: RFC 2046, section 5.1.1, without the space. */
export const formBoundary = /^[\w'()+,./:=?-]{1,70}$/;

const maxParts = 256;
const maxPartHeadBytes = 8 * 1024;
const maxValueBytes = 512;
const lineEnd = "\r\n";

/**
 * The boundary of `multipart/form-data; boundary=…`. One that is given twice is refused: the next reader might take the
 * other.
 *
 * @throws MeshError `invalid_field`
 */
export function readBoundary(contentType: string): string {
  const parameters = readParameters(contentType);
  const [boundary, ...others] = parameters?.filter(([name]) => name === "boundary") ?? [];
  if (boundary !== undefined && others.length === 0 && formBoundary.test(boundary[1])) return boundary[1];
  throw new MeshError("invalid_field", { field: "content-type", problem: "expected a form with one valid boundary" });
}

/**
 * The same as `scanEnvelope` for a form (RFC 7578): finds the parts `model` and `stream`, and looks into no other. Files are
 * passed over by searching for what divides them.
 *
 * @throws MeshError `invalid_field`
 */
export function scanForm(body: Buffer, boundary: string): Envelope {
  const values = new Map<string, ByteRange>();
  for (const { name, value } of partsOf(body, boundary)) {
    if (name !== "model" && name !== "stream") continue;
    if (values.has(name)) throw new MeshError("invalid_field", { field: name, problem: "it is there twice" });
    values.set(name, value);
  }
  const modelRange = values.get("model");
  if (modelRange === undefined) throw new MeshError("invalid_field", { field: "model", problem: "it is required" });
  return {
    model: readValue(body, modelRange),
    modelRange,
    stream: textOf(body, values.get("stream")) === "true",
    choices: 1,
    maxTokens: null,
    hasTools: false,
    toolsRange: null,
    hasImages: false,
    wantsSchema: false,
    hasSuffix: false,
    messagesStart: null,
    messageEnds: [],
  };
}

interface Part {
  readonly name: string;
  readonly value: ByteRange;
}

function* partsOf(body: Buffer, boundary: string): Generator<Part> {
  const opening = `--${boundary}`;
  const divider = `${lineEnd}${opening}`;
  // Nothing is written before the first part by anybody, and what were there would be read by nobody.
  if (body.toString("latin1", 0, opening.length) !== opening) throw malformed();
  let at = opening.length;
  for (let count = 0; body.toString("latin1", at, at + 2) !== "--"; count++) {
    if (count === maxParts) throw new MeshError("invalid_field", { field: "body", problem: "it has too many parts" });
    if (body.toString("latin1", at, at + 2) !== lineEnd) throw malformed();
    const headEnd = body.subarray(at, at + maxPartHeadBytes).indexOf(lineEnd + lineEnd);
    if (headEnd < 0) throw malformed();
    const head = body.toString("latin1", at, at + headEnd);
    const start = at + headEnd + 2 * lineEnd.length;
    const end = body.indexOf(divider, start);
    if (end < 0) throw malformed();
    yield { name: nameOf(head), value: { start, end } };
    at = end + divider.length;
  }
}

/** What a part is called; the empty text for one without a name. @throws MeshError `invalid_field` for one with several */
function nameOf(head: string): string {
  const lines = head.split(lineEnd).filter((line) => /^content-disposition\s*:/i.test(line));
  const names = lines.flatMap((line) => readParameters(line) ?? fail()).filter(([name]) => name === "name");
  if (names.length > 1) throw malformed();
  return names[0]?.[1] ?? "";
}

/** Names, in lower case, and values behind the first semicolon; null when something else stands there. */
function readParameters(header: string): [string, string][] | null {
  const parameters: [string, string][] = [];
  const parameter = /\s*;\s*([\w*.-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s";]*))/y;
  const first = header.indexOf(";");
  parameter.lastIndex = first < 0 ? header.length : first;
  while (parameter.lastIndex < header.length) {
    const rest = header.slice(parameter.lastIndex);
    if (/^\s*;?\s*$/.test(rest)) break;
    const [, name, quoted, plain] = parameter.exec(header) ?? [];
    if (name === undefined) return null;
    parameters.push([name.toLowerCase(), quoted ?? plain ?? ""]);
  }
  return parameters;
}

function readValue(body: Buffer, range: ByteRange): string {
  const text = range.end - range.start > maxValueBytes ? "" : (textOf(body, range) ?? "");
  // Whatever it is, it is no name that any server has.
  const isName = text.trim() !== "" && !/[\r\n]/.test(text);
  if (!isName) throw new MeshError("invalid_field", { field: "model", problem: "expected a model name" });
  return text;
}

const textOf = (body: Buffer, range: ByteRange | undefined): string | undefined =>
  range === undefined || range.end - range.start > maxValueBytes
    ? undefined
    : body.toString("utf8", range.start, range.end);

const malformed = (): MeshError =>
  new MeshError("invalid_field", { field: "body", problem: "it is no complete form with the boundary of its type" });

function fail(): never {
  throw malformed();
}
