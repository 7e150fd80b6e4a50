import * as vscode from "vscode";
import { pathOf } from "./editor-files.ts";

/** What a list can show and search at once; below it, typing asks the editor again. */
const maxListed = 5_000;
const typingPauseMs = 200;

interface FileItem extends vscode.QuickPickItem {
  readonly uri?: vscode.Uri;
}

export interface FileListOptions {
  readonly title: string;
  readonly placeholder: string;
  /** What stands above the files that are open. */
  readonly open: string;
  /** What stands above all others. */
  readonly all: string;
  /** The folders of the files instead. */
  readonly isFolders: boolean;
}

/** Files of the workspace to choose from, those that are open first. Undefined when the person turns away. */
export async function chooseWorkspaceFile(options: FileListOptions): Promise<vscode.Uri | undefined> {
  const picker = vscode.window.createQuickPick<FileItem>();
  picker.title = options.title;
  picker.placeholder = options.placeholder;
  picker.matchOnDescription = true;
  picker.ignoreFocusOut = true;
  const search = new vscode.CancellationTokenSource();
  let typing: NodeJS.Timeout | undefined;
  const show = (found: readonly vscode.Uri[]): void => {
    const all = options.isFolders ? foldersOf(found) : found;
    const open = options.isFolders ? [] : openFiles();
    const others = new Set(open.map(String));
    const icon = options.isFolders ? vscode.ThemeIcon.Folder : vscode.ThemeIcon.File;
    const rest = all.filter((uri) => !others.has(String(uri)));
    picker.items = [...section(options.open, open, icon), ...section(options.all, rest, icon)];
  };
  const find = async (pattern: string): Promise<void> => {
    picker.busy = true;
    const found = await vscode.workspace.findFiles(pattern, searchExcludes(), maxListed, search.token);
    if (search.token.isCancellationRequested) return;
    picker.busy = false;
    isWhole = pattern === everything && found.length < maxListed;
    show(found);
  };
  let isWhole = false;
  picker.onDidChangeValue((typed) => {
    clearTimeout(typing);
    if (isWhole) return;
    // Letters alone: what is typed is no pattern.
    const words = typed.replace(/[^\p{L}\p{N}._-]+/gu, "*");
    typing = setTimeout(() => void find(words === "" ? everything : `**/*${words}*`), typingPauseMs);
  });
  try {
    return await new Promise((resolve) => {
      picker.onDidAccept(() => resolve(picker.selectedItems[0]?.uri));
      picker.onDidHide(() => resolve(undefined));
      picker.show();
      void find(everything);
    });
  } finally {
    clearTimeout(typing);
    search.cancel();
    search.dispose();
    picker.dispose();
  }
}

const everything = "**/*";

const section = (title: string, uris: readonly vscode.Uri[], iconPath: vscode.ThemeIcon): FileItem[] =>
  uris.length === 0
    ? []
    : [
        { label: title, kind: vscode.QuickPickItemKind.Separator },
        ...uris.map((uri) => ({
          label: uri.path.split("/").at(-1) ?? "",
          description: pathOf(uri),
          resourceUri: uri,
          iconPath,
          uri,
        })),
      ];

/** The editor leaves out by itself what it does not show; what it does not search is left out here. */
function searchExcludes(): string | undefined {
  const excluded = vscode.workspace.getConfiguration("search").get<Record<string, unknown>>("exclude") ?? {};
  const patterns = Object.entries(excluded).flatMap(([pattern, value]) => (value === true ? [pattern] : []));
  return patterns.length === 0 ? undefined : `{${patterns.join(",")}}`;
}

function openFiles(): vscode.Uri[] {
  const inputs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ input }) => input));
  const uris = inputs.flatMap((input) =>
    input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook ? [input.uri] : [],
  );
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

/** The folders that files are in, up to the workspace's roots. */
function foldersOf(files: readonly vscode.Uri[]): vscode.Uri[] {
  const roots = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const found = new Map(roots.map((uri) => [uri.toString(), uri]));
  for (const file of files) {
    let folder = vscode.Uri.joinPath(file, "..");
    while (!found.has(folder.toString()) && vscode.workspace.getWorkspaceFolder(folder) !== undefined) {
      found.set(folder.toString(), folder);
      folder = vscode.Uri.joinPath(folder, "..");
    }
  }
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
