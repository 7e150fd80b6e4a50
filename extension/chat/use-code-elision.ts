import { MeshError } from "../../contract/errors/mesh-error.ts";
import { editorLines } from "../inline/document-lines.ts";

/** `// ... existing code ...` and the like. Three dots alone are Python, and mean what they say. */
const elision = /^\s*(?:(?:\/\/|#|--|\/\*|<!--|\{\/\*|;|%)\s*(?:\.{3}|…)|(?:\.{3}|…)\s*[\w(].*(?:\.{3}|…)\s*$)/;

/**
 * Code of an answer with everything that it leaves out put back from the lines that it replaces: what stands there between
 * the lines around it.
 *
 * @throws MeshError `answer_leaves_out` where nobody can tell what belongs there: it would be deleted
 */
export function withLeftOut(code: string, target: string): string {
  const lines = editorLines(code);
  if (!lines.some((line) => elision.test(line))) return code;
  const from = editorLines(target.replace(/\r?\n$/, ""));
  return lines.flatMap((line, index) => (elision.test(line) ? leftOut(lines, index, from) : [line])).join("\n");
}

function leftOut(lines: readonly string[], index: number, from: readonly string[]): string[] {
  const above = lines.slice(0, index);
  const below = lines.slice(index + 1);
  const previous = above.findLastIndex(isTelling);
  const next = below.findIndex(isTelling);
  const start = previous === -1 ? -1 : placeOf(above[previous], from);
  const end = next === -1 ? from.length : placeOf(below[next], from);
  // Braces between them are in the code and must not come twice.
  const opened = above.length - 1 - previous;
  const closed = next === -1 ? below.filter((line) => line.trim() !== "").length : next;
  const between = from.slice(start + 1 + opened, end - closed);
  if (end - closed < start + 1 + opened) throw new MeshError("answer_leaves_out", {});
  const [wanted, found] = [indentOf(above[previous]), indentOf(from[start])];
  return between.map((line) => (line.startsWith(found) ? wanted + line.slice(found.length) : line));
}

/** The one line that says the same. */
function placeOf(line: string | undefined, from: readonly string[]): number {
  const words = line?.trim();
  const place = from.findIndex((each) => each.trim() === words);
  const isOnly = from.findLastIndex((each) => each.trim() === words) === place;
  if (place === -1 || !isOnly) throw new MeshError("answer_leaves_out", {});
  return place;
}

const isTelling = (line: string): boolean => /\w{2}/.test(line) && !elision.test(line);
const indentOf = (line = ""): string => /^[ \t]*/.exec(line)?.[0] ?? "";
