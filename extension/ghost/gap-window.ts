/** A document, as far as a gap in it is concerned. Lines have no endings. */
export interface DocumentLines {
  readonly lineCount: number;
  line(index: number): string;
}

/** Where the text is to be filled in; both count from 0. */
export interface GapPosition {
  readonly line: number;
  readonly character: number;
}

/** What a model gets to see of a document, with plain line feeds. */
export interface GapWindow {
  readonly prefix: string;
  readonly suffix: string;
}

/** How much of a document a model gets to see, in characters. */
export interface GapBudget {
  readonly prefix: number;
  readonly suffix: number;
}

/**
 * The window begins at a multiple of so many lines, so that it begins where the last one did while somebody types: what a
 * model has read of it need not be read again.
 */
const anchorLines = 32;
/** A usual token of code, in characters, with some to spare. */
const charactersPerToken = 3;
/** More takes a small model longer to read than anybody waits. */
const most: GapBudget = { prefix: 6_000, suffix: 1_500 };

/** Three quarters of what a context holds besides the answer, and most of that for what stands before the gap. */
export function gapBudget(contextTokens: number | null, answerTokens: number): GapBudget {
  if (contextTokens === null) return most;
  const characters = Math.max(0, contextTokens - answerTokens) * 0.75 * charactersPerToken;
  return {
    prefix: Math.min(most.prefix, Math.floor(characters * 0.8)),
    suffix: Math.min(most.suffix, Math.floor(characters * 0.2)),
  };
}

/** Cut at line borders; of the gap's own line there is always all, unless that alone is too long. */
export function gapWindow(document: DocumentLines, at: GapPosition, budget: GapBudget): GapWindow {
  const own = document.line(at.line);
  return {
    prefix: before(document, at.line, own.slice(0, at.character), budget.prefix),
    suffix: behind(document, at.line, own.slice(at.character), budget.suffix),
  };
}

function before(document: DocumentLines, line: number, beginning: string, budget: number): string {
  let first = line;
  for (let length = beginning.length; first > 0; first--) {
    length += document.line(first - 1).length + 1;
    if (length > budget) break;
  }
  const anchor = Math.ceil(first / anchorLines) * anchorLines;
  const lines: string[] = [];
  for (let index = anchor <= line ? anchor : first; index < line; index++) lines.push(document.line(index));
  // Not between the two halves of a character.
  return [...lines, beginning.length <= budget ? beginning : lastPart(beginning, budget)].join("\n");
}

function behind(document: DocumentLines, line: number, rest: string, budget: number): string {
  const lines = [rest.length <= budget ? rest : firstPart(rest, budget)];
  for (let index = line + 1, length = rest.length; index < document.lineCount; index++) {
    const next = document.line(index);
    length += next.length + 1;
    if (length > budget) break;
    lines.push(next);
  }
  return lines.join("\n");
}

const firstPart = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
const lastPart = (text: string, length: number): string =>
  text.slice(text.length - length).replace(/^[\uDC00-\uDFFF]/, "");
