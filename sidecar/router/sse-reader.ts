import { StringDecoder } from "node:string_decoder";

/** No honest event is larger; a backend that sends one is broken or hostile. */
const maxEventCharacters = 1024 * 1024;

/**
 * Reads the `data` of server-sent events from pieces of bytes that may be cut anywhere. Other fields are dropped.
 * Source: HTML Standard, section 9.2.6 (interpreting an event stream).
 */
export class SseReader {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #data: string[] = [];
  #heldCharacters = 0;
  #isFirst = true;
  /** A carriage return ended the last piece: a line feed that follows belongs to it. */
  #skipsLineFeed = false;

  /** The events that are complete now. @throws RangeError when one event is larger than 1 Mi characters */
  push(bytes: Buffer): string[] {
    const text = this.#rest + this.#normalise(this.#decoder.write(bytes));
    const lines = text.split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? "";
    const events = lines.flatMap((line) => this.#line(line));
    this.#checkSize(this.#rest.length);
    return events;
  }

  #normalise(text: string): string {
    if (text === "") return text;
    let result = text;
    if (this.#isFirst && result.startsWith("\uFEFF")) result = result.slice(1);
    if (this.#skipsLineFeed && result.startsWith("\n")) result = result.slice(1);
    this.#isFirst = false;
    this.#skipsLineFeed = text.endsWith("\r");
    return result;
  }

  #line(line: string): string[] {
    if (line === "data") this.#hold("");
    else if (line.startsWith("data:")) this.#hold(line.slice(line.charAt(5) === " " ? 6 : 5));
    if (line !== "" || this.#data.length === 0) return [];
    const event = this.#data.join("\n");
    this.#data = [];
    this.#heldCharacters = 0;
    return [event];
  }

  #hold(data: string): void {
    this.#data.push(data);
    // Empty lines count as well: each is held.
    this.#heldCharacters += data.length + 1;
    this.#checkSize(0);
  }

  #checkSize(restCharacters: number): void {
    if (this.#heldCharacters + restCharacters > maxEventCharacters) {
      throw new RangeError("A server-sent event is too large");
    }
  }
}
