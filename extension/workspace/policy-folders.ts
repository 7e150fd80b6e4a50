import * as vscode from "vscode";
import { maxPolicyBytes, workspacePolicyFile } from "../../contract/workspace-policy.ts";
import { notSmall, readSmallFile } from "./read-small-file.ts";
import type { PolicyFolder } from "./workspace-privacy.ts";

/** The folders of this window as they are now; also those on other machines and those that are no files at all. */
export const policyFolders = (): PolicyFolder[] =>
  (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => {
    const file = vscode.Uri.joinPath(uri, workspacePolicyFile);
    return { path: file.scheme === "file" ? file.fsPath : file.toString(true), read: () => readText(file) };
  });

/** Tells of every change to the policies of this window's folders, and to the folders themselves. */
export function watchPolicies(onChange: () => void): vscode.Disposable {
  let watchers: vscode.Disposable[] = [];
  const stop = (): void => {
    for (const watcher of watchers) watcher.dispose();
  };
  const watch = (): void => {
    stop();
    watchers = (vscode.workspace.workspaceFolders ?? []).map((folder) => {
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, workspacePolicyFile));
      // Its listeners end with it.
      watcher.onDidChange(onChange);
      watcher.onDidCreate(onChange);
      watcher.onDidDelete(onChange);
      return watcher;
    });
    onChange();
  };
  const folders = vscode.workspace.onDidChangeWorkspaceFolders(watch);
  watch();
  return vscode.Disposable.from(folders, { dispose: stop });
}

/** Read before every question, so that it is worth doing it fast. */
const readText = (file: vscode.Uri): Promise<string | null> =>
  file.scheme === "file" ? readSmallFile(file.fsPath, maxPolicyBytes) : readElsewhere(file);

async function readElsewhere(file: vscode.Uri): Promise<string | null> {
  const { fs } = vscode.workspace;
  let found: vscode.FileStat;
  try {
    found = await fs.stat(file);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return null;
    throw error;
  }
  // A committed link may lead to a device that never ends, or to nowhere.
  const isFile = (found.type & vscode.FileType.File) !== 0;
  if (!isFile || found.size > maxPolicyBytes) throw notSmall();
  return new TextDecoder().decode(await fs.readFile(file));
}
