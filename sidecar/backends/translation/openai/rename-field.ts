import { JsonScanner } from "../../../router/json-scanner.ts";

const [openBrace, closeBrace, comma, colon] = [0x7b, 0x7d, 0x2c, 0x3a];

/**
 * Another name for one top-level field of a JSON object; every other byte stays. Undefined when the field is not there, or
 * one of the new name is as well: which of the two counts is for the server to say.
 *
 * @param body an object that the router has scanned
 */
export function renameField(body: Buffer, name: string, newName: string): Buffer | undefined {
  const scanner = new JsonScanner(body);
  const longest = 6 * Math.max(name.length, newName.length);
  let place: { readonly start: number; readonly end: number } | undefined;
  scanner.skipSpace();
  scanner.expect(openBrace);
  scanner.skipSpace();
  while (scanner.byte !== closeBrace) {
    const start = scanner.at;
    const key = scanner.key(longest);
    if (key === newName) return undefined;
    // Of a field that stands there twice the last counts: renaming one of them would change what is meant.
    if (key === name && place !== undefined) return undefined;
    if (key === name) place = { start, end: scanner.at };
    scanner.skipSpace();
    scanner.expect(colon);
    scanner.skipSpace();
    scanner.skipValue();
    scanner.skipSpace();
    if (scanner.byte === comma) scanner.expect(comma);
    scanner.skipSpace();
  }
  if (place === undefined) return undefined;
  return Buffer.concat([body.subarray(0, place.start), Buffer.from(JSON.stringify(newName)), body.subarray(place.end)]);
}
