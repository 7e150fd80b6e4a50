import { StringDecoder } from "node:string_decoder";

/** No honest line is longer; a server that sends one is broken or hostile. */
const maxLineCharacters = 1024 * 1024;

/** Reads lines of JSON from pieces of bytes that may be cut anywhere. Empty lines are left out. */
export class LineReader {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  /** The lines that are complete now. @throws RangeError when one is longer than 1 Mi characters */
  push(bytes: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(bytes)).split("\n");
    this.#rest = lines.pop() ?? "";
    if ([...lines, this.#rest].some(({ length }) => length > maxLineCharacters)) {
      throw new RangeError("A line is too long");
    }
    return lines.filter((line) => line.trim() !== "");
  }
}
