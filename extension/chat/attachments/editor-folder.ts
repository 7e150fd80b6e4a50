import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { plainText } from "../../platform/plain-text.ts";
import type { Translate } from "../../platform/translate.ts";
import type { Attachment } from "./attachment.ts";
import { pathOf } from "./editor-files.ts";
import { folderListing } from "./folder-listing.ts";

/** Longer rules than these are nobody's. */
const maxIgnoreBytes = 100_000;

/** The names below a folder, without what the editor does not show and git ignores. @throws MeshError `attachment_unreadable` */
export async function editorFolder(folder: vscode.Uri, t: Translate, signal: AbortSignal): Promise<Attachment> {
  const { fs } = vscode.workspace;
  const at = (path: string): vscode.Uri => (path === "" ? folder : vscode.Uri.joinPath(folder, path));
  const root = vscode.workspace.getWorkspaceFolder(folder);
  const inside = root === undefined ? "" : folder.path.slice(root.uri.path.length).replace(/^\//, "");
  const name = pathOf(folder);
  const { text, names, isBounded } = await folderListing({
    entries: async (path) => {
      const found = await fs.readDirectory(at(path)).then(
        (entries) => entries,
        (error: { code?: unknown }) => {
          // One folder that nobody may look into is no reason to list none.
          if (path !== "") return [];
          const problem = typeof error.code === "string" ? error.code : "unknown reason";
          throw new MeshError("attachment_unreadable", { file: name, problem });
        },
      );
      return found.map(([entry, type]) => ({
        name: entry,
        isFolder: (type & vscode.FileType.Directory) !== 0,
        isLink: (type & vscode.FileType.SymbolicLink) !== 0,
      }));
    },
    gitignore: (path) => ignoreFile(vscode.Uri.joinPath(root?.uri ?? folder, path, ".gitignore")),
    excludes: excludes(folder),
    prefix: inside === "" ? "" : `${inside}/`,
    signal,
  });
  return {
    id: randomUUID(),
    kind: "folder",
    label: `${plainText(folder.path.split("/").findLast((part) => part !== "") ?? "/", 60)}/`,
    detail: `${name}/ (${isBounded ? t("the first {0} names", { 0: names }) : t("{0} names", { 0: names })})`,
    text,
    image: null,
    languageId: null,
  };
}

/** Patterns of what the editor shows nowhere. A condition on neighbours is no reason to hide a name here. */
function excludes(folder: vscode.Uri): string[] {
  const configured = vscode.workspace.getConfiguration("files", folder).get<Record<string, unknown>>("exclude") ?? {};
  return Object.entries(configured).flatMap(([pattern, value]) => (value === true ? [pattern] : []));
}

async function ignoreFile(uri: vscode.Uri): Promise<string | undefined> {
  const { fs } = vscode.workspace;
  try {
    const { size } = await fs.stat(uri);
    return size > maxIgnoreBytes ? undefined : new TextDecoder().decode(await fs.readFile(uri));
  } catch {
    // Most folders have none.
    return undefined;
  }
}
