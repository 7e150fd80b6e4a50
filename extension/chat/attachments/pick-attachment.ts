import * as vscode from "vscode";
import type { Translate } from "../../platform/translate.ts";
import { pathOf } from "./editor-files.ts";

/** Where an attachment can come from, as a person chooses it. */
export type AttachmentSource =
  | "selection"
  | "currentFile"
  | "workspaceFile"
  | "otherFile"
  | "folder"
  | "fileProblems"
  | "workspaceProblems"
  | "terminal";

interface SourceItem extends vscode.QuickPickItem {
  readonly source: AttachmentSource;
}

/** The editor's list of what can be attached now. Undefined when the person turns away. */
export async function pickAttachmentSource(t: Translate): Promise<AttachmentSource | undefined> {
  const options = { title: t("Add to Chat"), placeHolder: t("What goes with the question?"), matchOnDescription: true };
  return (await vscode.window.showQuickPick(sources(t), options))?.source;
}

function sources(t: Translate): SourceItem[] {
  const editor = vscode.window.activeTextEditor;
  const uri = editor?.document.uri ?? vscode.window.activeNotebookEditor?.notebook.uri;
  const hasWorkspace = (vscode.workspace.workspaceFolders ?? []).length > 0;
  const hasSelection = editor?.selections.some((selection) => !selection.isEmpty) === true;
  const ofFile = uri === undefined ? 0 : vscode.languages.getDiagnostics(uri).length;
  const ofAll = vscode.languages.getDiagnostics().reduce((sum, [, found]) => sum + found.length, 0);
  const item = (source: AttachmentSource, icon: string, label: string, description = ""): SourceItem => ({
    source,
    label,
    description,
    iconPath: new vscode.ThemeIcon(icon),
  });
  const path = uri === undefined ? "" : pathOf(uri);
  return [
    ...(hasSelection ? [item("selection", "selection", t("Selection"), path)] : []),
    ...(uri === undefined ? [] : [item("currentFile", "file-code", t("Current File"), path)]),
    ...(hasWorkspace ? [item("workspaceFile", "files", t("File of the Workspace…"))] : []),
    item("otherFile", "file-media", t("Other File or Picture…")),
    item("folder", "list-tree", t("Listing of a Folder…")),
    ...(ofFile > 0 ? [item("fileProblems", "warning", t("Problems of the Current File"), String(ofFile))] : []),
    ...(ofAll > ofFile ? [item("workspaceProblems", "warning", t("Problems of the Workspace"), String(ofAll))] : []),
    ...(vscode.window.activeTerminal === undefined
      ? []
      : [item("terminal", "terminal", t("Selection in the Terminal"), vscode.window.activeTerminal.name)]),
  ];
}
