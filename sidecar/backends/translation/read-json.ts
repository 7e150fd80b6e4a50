/** JSON of a server; undefined, which fits no schema, for anything else. The parser's own message would quote it. */
export function readJson(text: string | Buffer | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
