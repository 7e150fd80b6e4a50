import { MeshError } from "../../contract/errors/mesh-error.ts";
import { shortText } from "./short-text.ts";
import { StringEnds } from "./string-ends.ts";

/** From the first byte to behind the last one. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Told what stands in a list of objects while it is passed over. Offsets are behind the last byte. */
export interface NestedWatch {
  /** One of the list's own objects or lists has ended. */
  item(end: number): void;
  /** A key or value, with its quotes, of an object in a list of an item (depth 4, as a part of a message's content). */
  part(start: number, end: number): void;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const zero = 0x30;
/** Deeper nesting than this is no chat request, and would only cost memory further on. */
const maxDepth = 128;

const [plain, opens, closes, quotes] = [0, 1, 2, 3];
/** What a byte means between strings: a table is faster than comparisons, and nearly all bytes are plain. */
const kinds = new Uint8Array(256).fill(plain);
for (const byte of [0x7b, 0x5b]) {
  kinds[byte] = opens;
  // In ASCII each closing bracket is two behind its opening one.
  kinds[byte + 2] = closes;
}
kinds[quote] = quotes;
/** The closing brackets that are due; used by one scan at a time, since a scan never waits. */
const dueClosers = new Uint8Array(maxDepth);

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= zero && byte <= 0x39;
const isLiteral = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** Walks over the bytes of a JSON text without making anything of them. Positions are byte offsets. */
export class JsonScanner {
  readonly #body: Buffer;
  readonly #strings: StringEnds;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
    this.#strings = new StringEnds(body);
  }

  get at(): number {
    return this.#at;
  }

  /** The byte here; undefined at the end. */
  get byte(): number | undefined {
    return this.#body[this.#at];
  }

  skipSpace(): void {
    while (isSpace(this.#body[this.#at])) this.#at++;
  }

  expect(byte: number): void {
    if (this.#body[this.#at] !== byte) this.fail();
    this.#at++;
  }

  /** A key; the empty text for one that is longer than `maxBytes` in its spelling here. */
  key(maxBytes: number): string {
    const start = this.#at;
    this.#skipString();
    if (this.#at - start - 2 > maxBytes) return "";
    // Keys may be escaped ("\u006dodel"): the backend would read them so, hence the router must too.
    return this.text({ start, end: this.#at }) as string;
  }

  /** A value of a known place, parsed. */
  decode(range: ByteRange): unknown {
    try {
      return JSON.parse(this.#body.toString("utf8", range.start, range.end));
    } catch {
      throw new MeshError("malformed_json", { offset: range.start });
    }
  }

  /** The number of a known place, if it is an integer above 0. */
  positiveInteger({ start, end }: ByteRange): number | null {
    if (!isDigit(this.#body[start])) return null;
    let value = 0;
    for (let at = start; at < end; at++) {
      const byte = this.#body[at] as number;
      // The longest that is exact in this arithmetic.
      if (!isDigit(byte) || at - start >= 15) return this.#decodedInteger({ start, end });
      value = value * 10 + byte - zero;
    }
    return value > 0 ? value : null;
  }

  /** A text of a known place; undefined when something else stands there. */
  text(range: ByteRange): string | undefined {
    const { start, end } = range;
    if (this.#body[start] !== quote) return undefined;
    // Nearly all names are plain, and need no parser.
    for (let at = start + 1; at < end - 1; at++) {
      const byte = this.#body[at] as number;
      if (byte < 0x20 || byte > 0x7e || byte === backslash) return this.decode(range) as string;
    }
    return shortText(this.#body, start + 1, end - 1);
  }

  skipValue(watch?: NestedWatch): ByteRange {
    const start = this.#at;
    const kind = kinds[this.#body[start] ?? 0];
    if (kind === quotes) this.#skipString();
    else if (kind === opens) this.#skipNested(watch);
    else this.#skipLiteral();
    return { start, end: this.#at };
  }

  fail(): never {
    throw new MeshError("malformed_json", { offset: this.#at });
  }

  /** Brackets must match and strings must end; what stands between is the backend's to judge. */
  #skipNested(watch: NestedWatch | undefined): void {
    const body = this.#body;
    const strings = this.#strings;
    const { length } = body;
    let at = this.#at;
    let depth = 0;
    while (at < length) {
      const byte = body[at] as number;
      const kind = kinds[byte];
      if (kind === plain) {
        at++;
      } else if (kind === quotes) {
        const end = strings.find(at);
        if (end < 0) break;
        if (depth === 4 && watch !== undefined) watch.part(at, end);
        at = end;
      } else if (kind === opens) {
        if (depth === maxDepth) break;
        dueClosers[depth++] = byte + 2;
        at++;
      } else {
        if (dueClosers[--depth] !== byte) break;
        at++;
        if (depth === 1) watch?.item(at);
        else if (depth === 0) {
          this.#at = at;
          return;
        }
      }
    }
    this.#at = at;
    this.fail();
  }

  #isAtSeparator(): boolean {
    const byte = this.#body[this.#at];
    return byte === comma || isSpace(byte) || (byte !== undefined && kinds[byte] === closes);
  }

  #decodedInteger(range: ByteRange): number | null {
    const value = this.decode(range);
    return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : null;
  }

  #skipString(): void {
    this.expect(quote);
    const end = this.#strings.find(this.#at - 1);
    if (end < 0) this.fail();
    this.#at = end;
  }

  /** A number, true, false or null: everything up to a separator. */
  #skipLiteral(): void {
    const start = this.#at;
    // Digits first: most literals are short numbers.
    while (isDigit(this.#body[this.#at])) this.#at++;
    const isPlainNumber = this.#at > start && this.#body[start] !== zero && this.#isAtSeparator();
    if (isPlainNumber) return;
    for (; this.#at < this.#body.length; this.#at++) {
      if (this.#isAtSeparator()) break;
    }
    if (isLiteral.test(this.#body.toString("latin1", start, this.#at))) return;
    this.#at = start;
    this.fail();
  }
}
