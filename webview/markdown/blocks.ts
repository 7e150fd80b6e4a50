/** A block of an answer. `source` is the text it was read from: a block with the same source need not be drawn again. */
export type Block = { readonly source: string } & (
  | { readonly type: "paragraph"; readonly text: string }
  | { readonly type: "heading"; readonly level: number; readonly text: string }
  | { readonly type: "code"; readonly language: string; readonly text: string }
  | { readonly type: "quote"; readonly blocks: readonly Block[] }
  | { readonly type: "list"; readonly start: number | undefined; readonly items: readonly (readonly Block[])[] }
  | { readonly type: "table"; readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly type: "rule" }
);

interface Taken {
  readonly block: Block | undefined;
  /** The first line that is not part of it. */
  readonly next: number;
}

const maxDepth = 8;
const fencePattern = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/;
const headingPattern = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const rulePattern = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const itemPattern = /^( {0,3})([-*+]|\d{1,9}[.)])(?: +|$)/;
const quotePattern = /^ {0,3}> ?/;

/** Reads the blocks of an answer: the part of CommonMark and GitHub's tables that models write. Never fails. */
export const parseBlocks = (text: string, depth = 0): Block[] => readBlocks(text, depth).map(({ block }) => block);

/** A block and the character at which its first line begins. */
export interface PlacedBlock {
  readonly block: Block;
  readonly at: number;
}

/** The same, with their places: what a block is depends on nothing before it. */
export function readBlocks(text: string, depth = 0): PlacedBlock[] {
  const lines = text.split("\n");
  const blocks: PlacedBlock[] = [];
  let character = 0;
  for (let line = 0; line < lines.length; ) {
    const { block, next } = take(lines, line, depth);
    if (block !== undefined) blocks.push({ block, at: character });
    for (; line < next; line++) character += (lines[line]?.length ?? 0) + 1;
  }
  return blocks;
}

function take(lines: readonly string[], at: number, depth: number): Taken {
  const line = lines[at] ?? "";
  if (line.trim() === "") return { block: undefined, next: at + 1 };
  const fence = fencePattern.exec(line);
  if (fence !== null) return code(lines, at, fence);
  const heading = headingPattern.exec(line);
  if (heading !== null) {
    const block: Block = { type: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "", source: line };
    return { block, next: at + 1 };
  }
  if (rulePattern.test(line)) return { block: { type: "rule", source: line }, next: at + 1 };
  if (depth < maxDepth && quotePattern.test(line)) return quote(lines, at, depth);
  if (depth < maxDepth && itemPattern.test(line)) return list(lines, at, depth);
  if (isTableStart(lines, at)) return table(lines, at);
  return paragraph(lines, at);
}

function code(lines: readonly string[], at: number, [, fence = "```", language = ""]: RegExpExecArray): Taken {
  const mark = fence[0] ?? "`";
  const isEnd = (line: string): boolean => {
    const text = line.trim();
    return text.length >= fence.length && text === mark.repeat(text.length);
  };
  let end = at + 1;
  while (end < lines.length && !isEnd(lines[end] ?? "")) end++;
  // While the answer is written, the end is not there yet: what there is is code already.
  const text = lines.slice(at + 1, end).join("\n");
  return { block: { type: "code", language, text, source: sourceOf(lines, at, end + 1) }, next: end + 1 };
}

function quote(lines: readonly string[], at: number, depth: number): Taken {
  let end = at;
  while (end < lines.length && quotePattern.test(lines[end] ?? "")) end++;
  const inner = lines.slice(at, end).map((line) => line.replace(quotePattern, ""));
  const blocks = parseBlocks(inner.join("\n"), depth + 1);
  return { block: { type: "quote", blocks, source: sourceOf(lines, at, end) }, next: end };
}

function list(lines: readonly string[], at: number, depth: number): Taken {
  const isOrdered = (marker: string): boolean => /\d/.test(marker);
  const first = itemPattern.exec(lines[at] ?? "")?.[2] ?? "-";
  const items: string[][] = [];
  let indent = 0;
  let end = at;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? "";
    const item = itemPattern.exec(line);
    const isOwn = item !== null && (items.length === 0 || leading(line) < indent) && !rulePattern.test(line);
    if (isOwn) {
      if (isOrdered(item[2] ?? "") !== isOrdered(first)) break;
      indent = Math.max(item[0].length, (item[1]?.length ?? 0) + 2);
      items.push([line.slice(item[0].length)]);
    } else if (line.trim() === "") {
      // A blank line ends the list unless it goes on below.
      const following = lines[end + 1] ?? "";
      if (leading(following) < indent && !itemPattern.test(following)) break;
      items.at(-1)?.push("");
    } else if (leading(line) >= Math.min(indent, 2)) items.at(-1)?.push(line.slice(Math.min(indent, leading(line))));
    else if ((lines[end - 1] ?? "").trim() !== "" && !startsBlock(lines, end)) items.at(-1)?.push(line);
    else break;
  }
  const start = isOrdered(first) ? Number.parseInt(first, 10) : undefined;
  const parsed = items.map((item) => parseBlocks(item.join("\n"), depth + 1));
  return { block: { type: "list", start, items: parsed, source: sourceOf(lines, at, end) }, next: end };
}

function isTableStart(lines: readonly string[], at: number): boolean {
  const divider = lines[at + 1] ?? "";
  const isDivider = divider.includes("-") && divider.includes("|") && /^[\s|:-]+$/.test(divider);
  return isDivider && (lines[at] ?? "").includes("|");
}

function table(lines: readonly string[], at: number): Taken {
  let end = at + 2;
  while (end < lines.length && (lines[end] ?? "").includes("|")) end++;
  const header = cells(lines[at] ?? "");
  const rows = lines.slice(at + 2, end).map((line) => cells(line).slice(0, header.length));
  return { block: { type: "table", header, rows, source: sourceOf(lines, at, end) }, next: end };
}

const cells = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

function paragraph(lines: readonly string[], at: number): Taken {
  let end = at + 1;
  while (end < lines.length && (lines[end] ?? "").trim() !== "" && !startsBlock(lines, end)) end++;
  const text = lines
    .slice(at, end)
    .map((line) => line.trim())
    .join("\n");
  return { block: { type: "paragraph", text, source: sourceOf(lines, at, end) }, next: end };
}

function startsBlock(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? "";
  const patterns = [fencePattern, headingPattern, rulePattern, quotePattern, itemPattern];
  return patterns.some((pattern) => pattern.test(line)) || isTableStart(lines, at);
}

const leading = (line: string): number => line.length - line.trimStart().length;
const sourceOf = (lines: readonly string[], from: number, to: number): string => lines.slice(from, to).join("\n");
