import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { plainText } from "../platform/plain-text.ts";

/** The file's name, as it may be shown. Of a notebook's cell it is the notebook's. */
export const fileNameOf = ({ path }: vscode.Uri): string => plainText(path.split("/").at(-1) ?? path);

/** Text that no text file has: the editor can be made to show any file. @throws MeshError `document_not_text` */
export function assertText(document: vscode.TextDocument): void {
  if (document.getText().includes("\u0000"))
    throw new MeshError("document_not_text", { file: fileNameOf(document.uri) });
}

/** @throws MeshError `document_read_only` before a person has waited for an edit that nobody can save */
export async function assertWritable({ uri, isUntitled }: vscode.TextDocument): Promise<void> {
  if (isUntitled) return;
  const file = fileUri(uri);
  if (file.scheme === "untitled") return;
  const refused = new MeshError("document_read_only", { file: fileNameOf(uri) });
  // Of a scheme without a file system, such as `git` or an extension's, nothing can be saved.
  if (vscode.workspace.fs.isWritableFileSystem(file.scheme) !== true) throw refused;
  const stat = await vscode.workspace.fs.stat(file).then(
    (found) => found,
    // A file that was deleted can still be written anew.
    () => undefined,
  );
  if (stat?.permissions === vscode.FilePermission.Readonly) throw refused;
}

/** Where a document is kept: a notebook's cell is in its notebook. */
function fileUri(uri: vscode.Uri): vscode.Uri {
  if (uri.scheme !== "vscode-notebook-cell") return uri;
  const hasCell = (notebook: vscode.NotebookDocument): boolean =>
    notebook.getCells().some((cell) => cell.document.uri.toString() === uri.toString());
  return vscode.workspace.notebookDocuments.find(hasCell)?.uri ?? uri;
}

/** One level of indentation, as the editor writes it in this document. */
export function indentUnit({ options }: vscode.TextEditor): string {
  const width = typeof options.tabSize === "number" ? options.tabSize : 2;
  return options.insertSpaces === false ? "\t" : " ".repeat(width);
}
