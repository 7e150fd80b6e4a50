import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { splitLines } from "./document-lines.ts";
import type { EditReview } from "./edit-review.ts";
import { fileNameOf } from "./editable-document.ts";

/**
 * Puts what is accepted into the document, as one step that one undo takes back. The document has to be what the review is
 * of; the editor itself refuses the step when it changes on the way.
 *
 * @throws MeshError `document_changed`, and then nothing was changed
 */
export async function applyReview(uri: vscode.Uri, review: EditReview): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const changed = new MeshError("document_changed", { file: fileNameOf(uri) });
  if (document.getText() !== review.base) throw changed;
  const lines = splitLines(review.base);
  const lengthOf = (part: readonly string[]): number => part.reduce((sum, line) => sum + line.length, 0);
  const edit = new vscode.WorkspaceEdit();
  for (const { start, oldLines, newLines } of review.accepted) {
    const offset = lengthOf(lines.slice(0, start));
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + lengthOf(oldLines)));
    edit.replace(uri, range, newLines.join(""));
  }
  if (!(await vscode.workspace.applyEdit(edit))) throw changed;
}
