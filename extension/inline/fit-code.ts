import { editorLines, hasEnding, splitLines } from "./document-lines.ts";
import type { TargetParts } from "./edit-target.ts";

export interface FitOptions {
  /** The document's line ending. */
  readonly eol: "\n" | "\r\n";
  /** How the editor indents there: one level. */
  readonly indentUnit: string;
  readonly isInsertion: boolean;
}

/** At least this many lines must repeat what stands around the target before they count as repeated. */
const minRepeated = 2;

/**
 * Makes a model's code fit its place: the document's line endings, its indentation, and no second copy of what stands
 * around it. Models answer with the whole file although the lines alone were asked for, and start at the first column.
 *
 * @param code with `\n`, as `extractCode` gives it; empty when the lines are to go
 */
export function fitCode(code: string, { before, target, after }: TargetParts, options: FitOptions): string {
  const own = editorLines(code.replace(/\n$/, ""));
  const around = { before: trimmedLines(before), target: trimmedLines(target), after: trimmedLines(after) };
  const lines = code === "" ? [] : withFirstIndent(withoutSurroundings(own, around), target);
  const indented = indentLike(lines, indentSample(target, before, options), options.indentUnit);
  const text = indented.map((line) => line + options.eol).join("");
  // The document's last line has an ending only if it had one.
  const isLast = after === "";
  const isOpenEnded = isLast && !hasEnding(target) && target !== "" && text !== "";
  return isOpenEnded ? text.slice(0, -options.eol.length) : text;
}

const trimmedLines = (text: string): string[] => splitLines(text).map((line) => line.trim());

/** Lines without their indentation, which models do not keep. */
interface Around {
  readonly before: readonly string[];
  readonly target: readonly string[];
  readonly after: readonly string[];
}

/**
 * Cuts off what repeats the lines before and after the target, unless the target begins or ends with the same itself. A
 * repeated line alone may be meant; one on both sides is not.
 */
function withoutSurroundings(lines: readonly string[], { before, target, after }: Around): string[] {
  const seen = lines.map((line) => line.trim());
  const head = repeatedLines(seen, before, target);
  // Seen from its end, a text's end is its beginning.
  const tail = repeatedLines(seen.slice(head).toReversed(), after.toReversed(), target.toReversed());
  const isBoth = seen.slice(0, head).some(isTelling) && tail > 0;
  const cutHead = isBoth || isEnough(seen.slice(0, head), head === before.length) ? head : 0;
  const cutTail = isBoth || isEnough(seen.slice(lines.length - tail), tail === after.length) ? tail : 0;
  return lines.slice(cutHead, lines.length - cutTail);
}

/** How many of the first lines are the last ones of what comes before. */
function repeatedLines(lines: readonly string[], before: readonly string[], target: readonly string[]): number {
  for (let count = Math.min(lines.length, before.length); count > 0; count--) {
    const repeated = lines.slice(0, count);
    const isRepeated = repeated.every((line, index) => line === before[before.length - count + index]);
    const isOwn = repeated.every((line, index) => line === target[index]);
    if (isRepeated && !isOwn && repeated.some((line) => line !== "")) return count;
  }
  return 0;
}

const isTelling = (line: string): boolean => /\w{2}/.test(line);

/** A closing brace that also follows the target proves nothing; all of the file up to there does, and so do two real lines. */
function isEnough(repeated: readonly string[], isAll: boolean): boolean {
  const telling = repeated.filter(isTelling).length;
  return telling >= minRepeated || (isAll && telling > 0);
}

/** The indentation that the code should begin with. */
function indentSample(target: string, before: string, { isInsertion }: FitOptions): string {
  const filled = (text: string): string[] => editorLines(text).filter((line) => line.trim() !== "");
  if (!isInsertion) return smallestIndent(filled(target));
  // An empty line may be indented already by whoever is about to write there.
  const [blank = ""] = editorLines(target);
  return blank !== "" ? blank : smallestIndent(filled(before).slice(-1));
}

const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? "";

function smallestIndent(lines: readonly string[]): string {
  const filled = lines.filter((line) => line.trim() !== "");
  const indents = filled.map(indentOf);
  return indents.reduce((least, indent) => (indent.length < least.length ? indent : least), indents[0] ?? "");
}

/**
 * Some models go on right behind the indentation of the first line, which they take for written, and leave all other lines
 * at their places. Where the second line stands tells those apart from code that starts at the first column.
 */
function withFirstIndent(lines: readonly string[], target: string): string[] {
  const filled = (line: string): boolean => line.trim() !== "";
  const [own = "", ownSecond = ""] = editorLines(target).filter(filled).map(indentOf);
  const [first = "", second = ""] = lines.filter(filled).map(indentOf);
  const hasLost = own !== "" && first === "" && ownSecond.length > own.length && second === ownSecond;
  return hasLost ? lines.map((line, index) => (index === 0 ? own + line : line)) : [...lines];
}

/** Moves code to a place's indentation, in the place's own characters; lines keep their depth below each other. */
function indentLike(lines: readonly string[], wanted: string, unit: string): string[] {
  const found = smallestIndent(lines);
  const usesTabs = unit.startsWith("\t");
  const width = usesTabs ? stepWidth(lines) : unit.length;
  return lines.map((line) => {
    if (line.trim() === "") return "";
    const indent = indentOf(line);
    const deeper = indent.slice(found.length);
    return wanted + (usesTabs ? toTabs(deeper, width) : deeper.replaceAll("\t", unit)) + line.slice(indent.length);
  });
}

/** How many columns one level of this code is: the smallest step that it takes in spaces. */
function stepWidth(lines: readonly string[]): number {
  const base = smallestIndent(lines).length;
  const steps = lines
    .filter((line) => line.trim() !== "")
    .map((line) => indentOf(line).slice(base))
    .filter((indent) => indent !== "" && !indent.includes("\t"))
    .map((indent) => indent.length);
  return Math.max(1, Math.min(8, ...steps.filter((step) => step > 1)));
}

/** Whole levels become tabs; what remains aligns, and stays. */
const toTabs = (indent: string, width: number): string => indent.replace(new RegExp(` {${width}}`, "g"), "\t");
