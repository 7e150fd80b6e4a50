import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { plainText } from "../../platform/plain-text.ts";
import { withLateProgress } from "../../platform/progress.ts";
import type { Translate } from "../../platform/translate.ts";
import type { Attachment } from "./attachment.ts";
import { chooseWorkspaceFile } from "./editor-file-list.ts";
import { attachableFile } from "./editor-files.ts";
import { editorFolder } from "./editor-folder.ts";
import { editorProblems } from "./editor-problems.ts";
import { selectedText } from "./editor-selection.ts";
import { checkedImageAddress } from "./image-bytes.ts";
import { type AttachmentSource, pickAttachmentSource } from "./pick-attachment.ts";
import { readFile } from "./read-file.ts";
import { terminalSelection } from "./terminal-selection.ts";

/** Reads what a person attaches, from wherever the editor has it. Nothing is read that nobody has picked. */
export class EditorAttachments {
  readonly #t: Translate;

  constructor(t: Translate) {
    this.#t = t;
  }

  /** Asks what to attach. Empty when the person turns away. @throws MeshError */
  async pick(): Promise<Attachment[]> {
    const source = await pickAttachmentSource(this.#t);
    return source === undefined ? [] : await this.from(source);
  }

  /** @throws MeshError what keeps it from being attached */
  async from(source: AttachmentSource): Promise<Attachment[]> {
    const current = vscode.window.activeTextEditor?.document.uri ?? vscode.window.activeNotebookEditor?.notebook.uri;
    switch (source) {
      case "selection":
        return selectedText();
      case "currentFile":
        return await this.uris(current === undefined ? [] : [current]);
      case "workspaceFile":
        return await this.uris(await this.#chooseFile());
      case "otherFile":
        return await this.uris((await vscode.window.showOpenDialog({ canSelectMany: true })) ?? []);
      case "folder":
        return await this.uris(await this.#chooseFolder());
      case "fileProblems":
        return [editorProblems(current, this.#t)];
      case "workspaceProblems":
        return [editorProblems(undefined, this.#t)];
      case "terminal":
        return [await terminalSelection(this.#t)];
    }
  }

  /** The problems of the file that the person is in; of the workspace where it has none. @throws MeshError `no_problems` */
  problems(): Attachment[] {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const hasOwn = uri !== undefined && vscode.languages.getDiagnostics(uri).length > 0;
    return [editorProblems(hasOwn ? uri : undefined, this.#t)];
  }

  /** Files, and the listings of folders. @throws MeshError of the first that cannot be attached */
  async uris(uris: readonly vscode.Uri[]): Promise<Attachment[]> {
    if (uris.length === 0) return [];
    return await withLateProgress(this.#t("Reading what goes with the question…"), async (signal) => {
      const read: Attachment[] = [];
      for (const uri of uris) {
        signal.throwIfAborted();
        read.push(await this.#read(uri, signal));
      }
      return read;
    });
  }

  /** As a page tells of files that were dropped on it. @throws MeshError as above */
  async dropped(uris: readonly string[]): Promise<Attachment[]> {
    const parsed = uris.map((text) => {
      try {
        return vscode.Uri.parse(text, true);
      } catch {
        throw new MeshError("attachment_unreadable", { file: plainText(text), problem: "not an address" });
      }
    });
    return await this.uris(parsed);
  }

  /** A picture from the clipboard. @throws MeshError `attachment_not_image` */
  image(name: string, address: string): Attachment {
    const label = plainText(name, 60) || this.#t("Picture");
    const image = checkedImageAddress(address);
    if (image === undefined) throw new MeshError("attachment_not_image", { file: label });
    const id = randomUUID();
    // Two that were pasted one after the other are two.
    return { id, kind: "image", label, detail: `${label} ${id.slice(0, 8)}`, text: "", image, languageId: null };
  }

  async #read(uri: vscode.Uri, signal: AbortSignal): Promise<Attachment> {
    const file = attachableFile(uri);
    if (file.unsavedText === undefined && vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== undefined) {
      const isFolder = await file.stat().then(
        (found) => found.isFolder,
        // What is not there, reading says in words.
        () => false,
      );
      if (isFolder) return await editorFolder(uri, this.#t, signal);
    }
    return await readFile(file, randomUUID());
  }

  async #chooseFile(): Promise<vscode.Uri[]> {
    const t = this.#t;
    const chosen = await chooseWorkspaceFile({
      title: t("File of the Workspace"),
      placeholder: t("Type a part of the file's name"),
      open: t("open"),
      all: t("all files"),
      isFolders: false,
    });
    return chosen === undefined ? [] : [chosen];
  }

  async #chooseFolder(): Promise<readonly vscode.Uri[]> {
    const t = this.#t;
    if ((vscode.workspace.workspaceFolders ?? []).length === 0) {
      const options = { canSelectFolders: true, canSelectFiles: false };
      return (await vscode.window.showOpenDialog(options)) ?? [];
    }
    const chosen = await chooseWorkspaceFile({
      title: t("Listing of a Folder"),
      placeholder: t("Type a part of the folder's name"),
      open: t("open"),
      all: t("folders"),
      isFolders: true,
    });
    return chosen === undefined ? [] : [chosen];
  }
}
