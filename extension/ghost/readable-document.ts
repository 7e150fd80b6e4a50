import * as vscode from "vscode";
import { mayBeRead } from "./secret-files.ts";

/** Whether a model may be asked about a document while somebody types in it: no secrets, and nothing that is hidden. */
export function isReadable(document: vscode.TextDocument): boolean {
  return mayBeRead(document.uri) && !isHidden(document);
}

/** A file that `files.exclude` keeps out of sight, or one in a folder that it does. */
function isHidden(document: vscode.TextDocument): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const exclude = vscode.workspace.getConfiguration("files", document.uri).get<unknown>("exclude");
  if (folder === undefined || typeof exclude !== "object" || exclude === null) return false;
  return Object.entries(exclude)
    .filter(([, isExcluded]) => isExcluded === true)
    .some(([glob]) =>
      [glob, `${glob}/**`].some(
        (each) => vscode.languages.match({ pattern: new vscode.RelativePattern(folder, each) }, document) > 0,
      ),
    );
}
