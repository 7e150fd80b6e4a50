import * as vscode from "vscode";
import type { DocumentLines, GapPosition } from "./gap-window.ts";

/** A gap in a document, as it would be with the entry of the suggestion list that is selected. */
export interface DocumentGap {
  readonly document: DocumentLines;
  readonly at: GapPosition;
  /** What the shown text replaces; empty where it is put in. */
  readonly range: vscode.Range;
  /** What the shown text begins with: the selected entry. */
  readonly begun: string;
}

/** Undefined where the editor could not show a text: behind the rest of a word that an entry replaces. */
export function documentGap(
  document: vscode.TextDocument,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): DocumentGap | undefined {
  const lines = { lineCount: document.lineCount, line: (index: number) => document.lineAt(index).text };
  if (selected === undefined) {
    return { document: lines, at: position, range: new vscode.Range(position, position), begun: "" };
  }
  const { range, text } = selected;
  if (!range.isSingleLine || !range.end.isEqual(position) || text.includes("\n")) return undefined;
  const own = lines.line(position.line);
  const written = own.slice(0, range.start.character) + text;
  const line = (index: number): string =>
    index === position.line ? written + own.slice(position.character) : lines.line(index);
  return { document: { ...lines, line }, at: { line: position.line, character: written.length }, range, begun: text };
}
