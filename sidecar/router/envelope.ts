import { MeshError } from "../../contract/errors/mesh-error.ts";

/** What routing needs to know of a request. Everything else stays bytes, and is forwarded as it came. */
export interface Envelope {
  readonly model: string;
  readonly stream: boolean;
  /** How many answers are wanted: a backend may need as many places. 1 when what stands there is no such number. */
  readonly choices: number;
}

const quote = 0x22;
const backslash = 0x5c;
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const [comma, colon] = [0x2c, 0x3a];
/** Deeper nesting than this is no chat request, and would only cost memory further on. */
const maxDepth = 128;
/** Each costs some microseconds in the process that serves everybody. */
const maxFields = 1024;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Reads `model`, `stream` and `n` from the top level of a JSON body in one pass over its bytes, without parsing the prompt:
 * parsing costs about half a millisecond per 128 KiB, and re-serialising would change big integers.
 *
 * The structure is checked (brackets, strings, separators); the values of other fields are left to the backend.
 *
 * @throws MeshError `malformed_json` with the byte offset, `invalid_field`
 */
export function scanEnvelope(body: Buffer): Envelope {
  const scanner = new Scanner(body);
  const fields = scanner.topLevelFields(["model", "stream", "n"]);
  const model = decode(body, fields.get("model"));
  if (model === undefined) throw new MeshError("invalid_field", { field: "model", problem: "it is required" });
  if (typeof model !== "string" || model === "") {
    throw new MeshError("invalid_field", { field: "model", problem: "expected a model name" });
  }
  const stream = decode(body, fields.get("stream")) ?? false;
  if (typeof stream !== "boolean") {
    throw new MeshError("invalid_field", { field: "stream", problem: "expected true or false" });
  }
  const n = decode(body, fields.get("n"));
  // Whether it is valid is for the backend to say.
  const choices = typeof n === "number" && Number.isInteger(n) && n > 1 ? n : 1;
  return { model, stream, choices };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function decode(body: Buffer, range: Range | undefined): unknown {
  if (range === undefined) return undefined;
  try {
    return JSON.parse(body.toString("utf8", range.start, range.end));
  } catch {
    throw new MeshError("malformed_json", { offset: range.start });
  }
}

/** One pass over the bytes of a JSON text. Positions are byte offsets. */
class Scanner {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  /** Where the values of some top-level fields are. Of a field given twice the last counts, as in JSON.parse. */
  topLevelFields(names: readonly string[]): Map<string, Range> {
    const found = new Map<string, Range>();
    this.#skipSpace();
    this.#expect(openBrace);
    this.#skipSpace();
    if (this.#body[this.#at] === closeBrace) this.#at++;
    else this.#fields(names, found);
    this.#skipSpace();
    if (this.#at !== this.#body.length) this.#fail();
    return found;
  }

  #fields(names: readonly string[], found: Map<string, Range>): void {
    for (let count = 1; ; count++) {
      if (count > maxFields) throw new MeshError("invalid_field", { field: "body", problem: "it has too many fields" });
      this.#skipSpace();
      const name = this.#key();
      this.#skipSpace();
      this.#expect(colon);
      this.#skipSpace();
      const start = this.#at;
      this.#skipValue();
      if (names.includes(name)) found.set(name, { start, end: this.#at });
      this.#skipSpace();
      if (this.#body[this.#at] !== comma) break;
      this.#at++;
    }
    this.#expect(closeBrace);
  }

  #key(): string {
    const start = this.#at;
    this.#skipString();
    // Keys may be escaped ("\u006dodel"): the backend would read them so, hence the router must too.
    if (!this.#body.subarray(start, this.#at).includes(backslash))
      return this.#body.toString("latin1", start + 1, this.#at - 1);
    return String(decode(this.#body, { start, end: this.#at }));
  }

  #skipValue(): void {
    const first = this.#body[this.#at];
    if (first === quote) this.#skipString();
    else if (first === openBrace || first === openBracket) this.#skipNested();
    else this.#skipLiteral();
  }

  /** Brackets must match and strings must end; what stands between is the backend's to judge. */
  #skipNested(): void {
    const closers: number[] = [];
    do {
      const byte = this.#body[this.#at];
      if (byte === undefined) this.#fail();
      if (byte === quote) {
        this.#skipString();
        continue;
      }
      if (byte === openBrace) closers.push(closeBrace);
      else if (byte === openBracket) closers.push(closeBracket);
      else if ((byte === closeBrace || byte === closeBracket) && closers.pop() !== byte) this.#fail();
      if (closers.length > maxDepth) this.#fail();
      this.#at++;
    } while (closers.length > 0);
  }

  #skipString(): void {
    this.#expect(quote);
    for (;;) {
      // The native search is far faster than a loop over the bytes of a long prompt.
      const end = this.#body.indexOf(quote, this.#at);
      if (end < 0) this.#fail();
      let escapes = 0;
      while (this.#body[end - 1 - escapes] === backslash) escapes++;
      this.#at = end + 1;
      if (escapes % 2 === 0) return;
    }
  }

  /** A number, true, false or null: everything up to a separator. */
  #skipLiteral(): void {
    const start = this.#at;
    for (; this.#at < this.#body.length; this.#at++) {
      const byte = this.#body[this.#at];
      if (isSpace(byte) || byte === comma || byte === closeBrace || byte === closeBracket) break;
    }
    const text = this.#body.toString("latin1", start, this.#at);
    if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text)) {
      this.#at = start;
      this.#fail();
    }
  }

  #skipSpace(): void {
    while (isSpace(this.#body[this.#at])) this.#at++;
  }

  #expect(byte: number): void {
    if (this.#body[this.#at] !== byte) this.#fail();
    this.#at++;
  }

  #fail(): never {
    throw new MeshError("malformed_json", { offset: this.#at });
  }
}
