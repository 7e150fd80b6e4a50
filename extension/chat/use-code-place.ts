import { diffArrays } from "diff";
import { editorLines, splitLines } from "../inline/document-lines.ts";
import type { EditTarget } from "../inline/edit-target.ts";

/** A line of a text by what it says: without its indentation, which models do not keep. */
interface Line {
  readonly index: number;
  readonly words: string;
}
/** The same line in the code and in the document. */
interface Anchor {
  readonly inCode: number;
  readonly inText: number;
}

/** More differences than this are not worth an exact answer. */
const maxEditLength = 1_000;
/** So much of a document comes again in code that is the whole of it. */
const wholeShare = 0.6;
/** So much of code comes from the document when it changes a part of that. */
const partShare = 0.3;

/**
 * The lines of a document that code of an answer is a new version of: those from the first that both have to the end of the
 * blocks that begin there. Null when it is nothing of the document's. It is a proposal, which a person sees before it is
 * applied.
 */
export function codePlace(text: string, code: string): EditTarget | null {
  const all = splitLines(text).length;
  const lines = editorLines(text);
  const codeLines = editorLines(code);
  const [told, coded] = [tellingLines(lines), tellingLines(codeLines)];
  if (told.length === 0) return { start: 0, end: all, isInsertion: false };
  const anchors = anchorsOf(coded, told);
  const [first] = anchors;
  if (first === undefined) return null;
  const whole = { start: 0, end: all, isInsertion: false };
  if (anchors.length >= 2 && anchors.length >= told.length * wholeShare) return whole;
  const head = coded.find(({ words }) => !heading.test(words)) ?? coded[0];
  const isHead = head !== undefined && first.inCode <= head.index;
  if (!isHead && (anchors.length < 2 || anchors.length < coded.length * partShare)) return null;
  const start = withHeading(lines, first.inText, codeLines.slice(0, first.inCode));
  return { start, end: endOf(lines, anchors), isInsertion: false };
}

/** Lines that say something: braces and blank lines are the same everywhere. */
const tellingLines = (lines: readonly string[]): Line[] =>
  lines.map((line, index) => ({ index, words: line.trim() })).filter(({ words }) => /\w{2}/.test(words));

/** Lines that both have, once each, in the same order. */
function anchorsOf(coded: readonly Line[], told: readonly Line[]): Anchor[] {
  const [inCode, inText] = [onceOnly(coded), onceOnly(told)];
  const shared = (lines: ReadonlyMap<string, Line>, others: ReadonlyMap<string, Line>): string[] =>
    [...lines.keys()].filter((words) => others.has(words));
  const changes = diffArrays(shared(inCode, inText), shared(inText, inCode), { maxEditLength }) ?? [];
  return changes
    .filter(({ added, removed }) => !added && !removed)
    .flatMap(({ value }) => value)
    .map((words) => ({ inCode: inCode.get(words)?.index ?? 0, inText: inText.get(words)?.index ?? 0 }));
}

function onceOnly(lines: readonly Line[]): Map<string, Line> {
  const counts = Map.groupBy(lines, ({ words }) => words);
  return new Map(lines.filter(({ words }) => counts.get(words)?.length === 1).map((line) => [line.words, line]));
}

const heading = /^(?:\/\/|\/\*|\*|#|@|--|;;|%|<!--|"""|''')/;

/** A function's comment belongs to it when the code brings one. */
function withHeading(lines: readonly string[], start: number, above: readonly string[]): number {
  if (!above.some((line) => heading.test(line.trim()))) return start;
  let first = start;
  while (first > 0 && heading.test(lines[first - 1]?.trim() ?? "")) first--;
  return first;
}

/** Behind the blocks that begin with the outermost of these lines. */
function endOf(lines: readonly string[], anchors: readonly Anchor[]): number {
  const outermost = Math.min(...anchors.map(({ inText }) => depth(lines[inText])));
  const ends = anchors.map(({ inText }) => (depth(lines[inText]) === outermost ? blockEnd(lines, inText) : inText + 1));
  return Math.max(...ends);
}

const closer = /^(?:[\])}]|<\/|(?:end|fi|done|esac)\b)/;
const goesOn = /^(?:\{$|(?:\}\s*)?(?:else|elif|elsif|except|finally|catch|rescue|ensure)\b)/;

/** Behind the last line of the block that begins with a line: what is deeper, and what closes it. */
function blockEnd(lines: readonly string[], start: number): number {
  const own = depth(lines[start]);
  let end = start + 1;
  for (let index = start + 1; index < lines.length; index++) {
    const words = lines[index]?.trim() ?? "";
    if (words === "") continue;
    const isDeeper = depth(lines[index]) > own;
    const isSame = depth(lines[index]) === own;
    if (!isDeeper && !(isSame && (goesOn.test(words) || closer.test(words)))) break;
    end = index + 1;
    if (isSame && closer.test(words) && !goesOn.test(words)) break;
  }
  return end;
}

/** How far a line is indented, in columns. */
const depth = (line = ""): number => (/^[ \t]*/.exec(line)?.[0] ?? "").replaceAll("\t", "    ").length;
