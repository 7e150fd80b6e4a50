import { parseDocument } from "yaml";

/** Settings of other programs are small. What is larger is something else, and takes this parser seconds. */
export const maxFileBytes = 128 * 1024;
/** An alias repeats what it stands for: a few hundred bytes could become gigabytes. */
const maxAliases = 50;

/** JSON or YAML of another program as plain values; undefined when it is neither, or too much of it. */
export function parseHostile(text: string): unknown {
  if (text.length > maxFileBytes) return undefined;
  try {
    const document = parseDocument(text, { logLevel: "silent", uniqueKeys: false });
    // Its errors quote the file, where keys may be: they are not passed on.
    return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: maxAliases });
  } catch {
    // Too many aliases, or nested too deeply.
    return undefined;
  }
}
