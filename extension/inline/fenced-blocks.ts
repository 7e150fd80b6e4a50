/** A block of code in an answer. */
export interface FencedBlock {
  /** What follows the fence on its line, such as `ts`; empty when nothing. */
  readonly info: string;
  readonly lines: readonly string[];
  /** False when the answer ends before its closing fence. */
  readonly isClosed: boolean;
}

export interface FencedText {
  readonly blocks: readonly FencedBlock[];
  /** What stands outside of the blocks. */
  readonly prose: string;
}

const opening = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^`]*)$/;
const escaped = /^([ \t]*)(?:\\`){3,}(.*)$/;

/**
 * Tells code from words. Stricter readers than people write for would find no block in half of small models' answers: fences
 * may be indented, written with backslashes, longer than three, and closed by a longer one.
 *
 * @param lines of an answer, without their endings
 */
export function fencedBlocks(lines: readonly string[]): FencedText {
  const blocks: FencedBlock[] = [];
  const prose: string[] = [];
  let open: { fence: string; indent: string; info: string; lines: string[] } | undefined;
  for (const raw of lines) {
    const line = escaped.test(raw) ? raw.replaceAll("\\`", "`") : raw;
    const [, indent = "", fence = "", info = ""] = opening.exec(line) ?? [];
    if (open === undefined) {
      if (fence === "") prose.push(line);
      else open = { fence, indent, info: info.trim(), lines: [] };
      continue;
    }
    const closes = fence[0] === open.fence[0] && fence.length >= open.fence.length && info.trim() === "";
    if (closes && indent.length <= open.indent.length + 3) {
      blocks.push({ info: open.info, lines: open.lines, isClosed: true });
      open = undefined;
      continue;
    }
    // What a fence was indented by, its code was indented by as well.
    open.lines.push(raw.startsWith(open.indent) ? raw.slice(open.indent.length) : raw);
  }
  if (open !== undefined) blocks.push({ info: open.info, lines: open.lines, isClosed: false });
  return { blocks, prose: prose.join("\n").trim() };
}
