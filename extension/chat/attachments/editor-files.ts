import { realpath } from "node:fs/promises";
import { relative } from "node:path";
import * as vscode from "vscode";
import { plainText } from "../../platform/plain-text.ts";
import type { AttachableFile } from "./attachable-file.ts";

/** A file as the editor knows it: on this machine, on another one, or in an editor alone. */
export function attachableFile(uri: vscode.Uri): AttachableFile {
  const name = uri.path.split("/").at(-1) ?? uri.path;
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  const isKept = vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== undefined;
  const isUnsaved = document !== undefined && (document.isDirty || document.isUntitled || !isKept);
  return {
    name: plainText(name, 120),
    path: pathOf(uri),
    languageId: document?.languageId ?? suffixOf(name),
    unsavedText: isUnsaved ? document.getText() : undefined,
    stat: async () => {
      const { type, size } = await vscode.workspace.fs.stat(uri);
      return { isFolder: (type & vscode.FileType.Directory) !== 0, bytes: size };
    },
    read: async () => await vscode.workspace.fs.readFile(uri),
    decode: async (bytes) => await vscode.workspace.decode(bytes, { uri }),
    leadsOutside: () => leadsOutside(uri),
  };
}

/** In the workspace from its root on, with the folder's name where there are several; otherwise in full. */
export const pathOf = (uri: vscode.Uri): string => plainText(vscode.workspace.asRelativePath(uri), 500);

/** What fences are called for a file that no editor has opened. */
const suffixOf = (name: string): string | null => /\.([A-Za-z0-9]{1,12})$/.exec(name)?.[1]?.toLowerCase() ?? null;

/** What lies outside is the person's own choice; what only seems to lie inside is somebody else's. */
async function leadsOutside(uri: vscode.Uri): Promise<boolean> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return false;
  if (uri.scheme !== "file") {
    // Where a link leads on another file system, nobody says.
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.SymbolicLink) !== 0;
  }
  const local = folders.filter((folder) => folder.uri.scheme === "file").map((folder) => folder.uri.fsPath);
  return !(await leadsInto(uri.fsPath, local));
}

async function leadsInto(path: string, folders: readonly string[]): Promise<boolean> {
  const target = await realpath(path);
  const roots = await Promise.all(folders.map((folder) => realpath(folder)));
  return roots.some((root) => {
    const way = relative(root, target);
    return way !== "" && !way.startsWith("..") && !/^[A-Za-z]:|^\//.test(way);
  });
}
