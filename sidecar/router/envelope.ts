import { MeshError } from "../../contract/errors/mesh-error.ts";
import { type ByteRange, JsonScanner } from "./json-scanner.ts";
import { MessagePlaces } from "./message-places.ts";

/** What routing needs to know of a request. Everything else stays bytes, and is forwarded as it came. Offsets are in bytes. */
export interface Envelope {
  readonly model: string;
  /** Where the model's name stands, with its quotes. */
  readonly modelRange: ByteRange;
  readonly stream: boolean;
  /** How many answers are wanted: a backend may need as many places. 1 when what stands there is no such number. */
  readonly choices: number;
  /** The limit of the answer; null when there is none, or none that is valid. */
  readonly maxTokens: number | null;
  readonly hasTools: boolean;
  readonly toolsRange: ByteRange | null;
  readonly hasImages: boolean;
  /** Whether a form is demanded of the answer. */
  readonly wantsSchema: boolean;
  /** Whether the answer is to stand before a text that is given as well. */
  readonly hasSuffix: boolean;
  /** Where the list of messages starts; null where there is none. */
  readonly messagesStart: number | null;
  /** Behind each message. Of more than 64, the first 16 and the last 48. */
  readonly messageEnds: readonly number[];
}

const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const [comma, colon] = [0x2c, 0x3a];
const quote = 0x22;
const [letterF, letterN, letterT] = [0x66, 0x6e, 0x74];
/** Each costs some time in the process that serves everybody. */
const maxFields = 1024;
/** The longest name of interest, written in escapes alone. */
const maxKeyBytes = 6 * "max_completion_tokens".length;
/** A response format that is no more than its type fits into this. */
const shortFormatBytes = 40;

type Field = "model" | "stream" | "n" | "max_tokens" | "max_completion_tokens" | "tools" | "response_format" | "suffix";
type Fields = { [name in Field]?: ByteRange } & { messages?: MessagePlaces | undefined };

/**
 * Reads what is worth knowing from the top level of a JSON body in one pass over its bytes, without parsing the prompt:
 * parsing costs about half a millisecond per 128 KiB, and re-serialising would change big integers.
 *
 * The structure is checked (brackets, strings, separators); the values of other fields are left to the backend.
 *
 * @throws MeshError `malformed_json` with the byte offset, `invalid_field`
 */
export function scanEnvelope(body: Buffer): Envelope {
  const scanner = new JsonScanner(body);
  const fields = topLevelFields(scanner, body);
  const { messages, tools } = fields;
  const { model, modelRange } = readModel(scanner, fields.model);
  const toolsRange = tools !== undefined && body[tools.start] === openBracket ? tools : null;
  return {
    model,
    modelRange,
    stream: readStream(body, fields.stream),
    // Whether they are valid is for the backend to say.
    choices: positiveInteger(scanner, fields.n) ?? 1,
    maxTokens: positiveInteger(scanner, fields.max_completion_tokens) ?? positiveInteger(scanner, fields.max_tokens),
    hasTools: toolsRange !== null && !isEmptyList(body, toolsRange),
    toolsRange,
    hasImages: messages?.hasImages ?? false,
    wantsSchema: wantsSchema(scanner, body, fields.response_format),
    hasSuffix: isFilledText(body, fields.suffix),
    messagesStart: messages?.start ?? null,
    messageEnds: messages?.ends ?? [],
  };
}

function readModel(scanner: JsonScanner, range: ByteRange | undefined): Pick<Envelope, "model" | "modelRange"> {
  if (range === undefined) throw new MeshError("invalid_field", { field: "model", problem: "it is required" });
  const model = scanner.text(range);
  if (model === undefined || model === "") {
    throw new MeshError("invalid_field", { field: "model", problem: "expected a model name" });
  }
  return { model, modelRange: range };
}

/** Literals were checked when they were passed over: the first letter tells them apart. */
function readStream(body: Buffer, range: ByteRange | undefined): boolean {
  const first = range === undefined ? letterF : body[range.start];
  if (first === letterT) return true;
  if (first === letterF || first === letterN) return false;
  throw new MeshError("invalid_field", { field: "stream", problem: "expected true or false" });
}

function positiveInteger(scanner: JsonScanner, range: ByteRange | undefined): number | null {
  return range === undefined ? null : scanner.positiveInteger(range);
}

function wantsSchema(scanner: JsonScanner, body: Buffer, range: ByteRange | undefined): boolean {
  if (range === undefined || body[range.start] !== openBrace) return false;
  if (range.end - range.start > shortFormatBytes) return true;
  return (scanner.decode(range) as { type?: unknown }).type !== "text";
}

/** Longer than its two quotes. */
const isFilledText = (body: Buffer, range: ByteRange | undefined): boolean =>
  range !== undefined && body[range.start] === quote && range.end - range.start > 2;

function isEmptyList(body: Buffer, range: ByteRange): boolean {
  let at = range.start + 1;
  while ((body[at] ?? 0x21) <= 0x20) at++;
  return body[at] === closeBracket;
}

/** Where the values of some top-level fields are. Of a field given twice the last counts, as in JSON.parse. */
function topLevelFields(scanner: JsonScanner, body: Buffer): Fields {
  const fields: Fields = {};
  scanner.skipSpace();
  scanner.expect(openBrace);
  scanner.skipSpace();
  for (let count = 1; scanner.byte !== closeBrace || count > 1; count++) {
    if (count > maxFields) throw new MeshError("invalid_field", { field: "body", problem: "it has too many fields" });
    scanner.skipSpace();
    const name = scanner.key(maxKeyBytes);
    scanner.skipSpace();
    scanner.expect(colon);
    scanner.skipSpace();
    readField(scanner, name, { body, fields });
    scanner.skipSpace();
    if (scanner.byte !== comma) break;
    scanner.expect(comma);
  }
  scanner.expect(closeBrace);
  scanner.skipSpace();
  if (scanner.byte !== undefined) scanner.fail();
  return fields;
}

function readField(scanner: JsonScanner, name: string, { body, fields }: { body: Buffer; fields: Fields }): void {
  switch (name) {
    case "model":
    case "stream":
    case "n":
    case "max_tokens":
    case "max_completion_tokens":
    case "tools":
    case "response_format":
    case "suffix":
      fields[name] = scanner.skipValue();
      return;
    case "messages":
      fields.messages = scanner.byte === openBracket ? new MessagePlaces(body, scanner.at) : undefined;
      scanner.skipValue(fields.messages);
      return;
    default:
      scanner.skipValue();
  }
}
