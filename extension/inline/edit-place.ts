import * as vscode from "vscode";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { type EditTarget, editTarget, type TargetParts, targetParts } from "./edit-target.ts";
import { indentUnit } from "./editable-document.ts";
import type { FitOptions } from "./fit-code.ts";

/** Where an edit goes, as the document was when the person asked. */
export interface EditPlace {
  readonly editor: vscode.TextEditor;
  /** The whole document. */
  readonly base: string;
  readonly target: EditTarget;
  readonly parts: TargetParts;
  readonly fit: FitOptions;
}

/** The place of an editor's selection; of other lines when they are given. */
export function editPlace(editor: vscode.TextEditor, lines?: EditTarget): EditPlace {
  const { document, selection } = editor;
  const base = document.getText();
  const { start, end } = selection;
  const target = lines ?? editTarget(base, { startLine: start.line, endLine: end.line, endCharacter: end.character });
  const eol = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  const fit = { eol, indentUnit: indentUnit(editor), isInsertion: target.isInsertion } as const;
  return { editor, base, target, parts: targetParts(base, target), fit };
}

/** Where the target is on the screen. */
export function targetRange({ editor, target: { start, end } }: EditPlace): vscode.Range {
  return editor.document.validateRange(new vscode.Range(start, 0, Math.max(start, end - 1), 0));
}

/** "line 3 of greet.js", as a person counts. */
export function placeWords({ editor, target: { start, end } }: EditPlace, t: Translate): string {
  const file = plainText(editor.document.uri.path.split("/").at(-1) ?? "");
  if (end - start <= 1) return t("line {0} of {1}", { 0: start + 1, 1: file });
  return t("lines {0} to {1} of {2}", { 0: start + 1, 1: end, 2: file });
}
