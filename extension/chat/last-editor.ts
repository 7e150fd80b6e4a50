import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";

/** The editor that the person was in last, whatever has the focus now. */
export class LastEditor implements vscode.Disposable {
  #last: { readonly uri: vscode.Uri; readonly column: vscode.ViewColumn | undefined } | undefined;
  readonly #changes: vscode.Disposable;

  constructor() {
    this.#look(vscode.window.activeTextEditor);
    this.#changes = vscode.window.onDidChangeActiveTextEditor((editor) => this.#look(editor));
  }

  /** The editor, with the focus; its tab comes back to the front where another has covered it. @throws MeshError `no_text_editor` */
  async show(): Promise<vscode.TextEditor> {
    const { uri, column } = this.#last ?? {};
    const isOf = (document: vscode.TextDocument): boolean => document.uri.toString() === uri?.toString();
    const document = vscode.workspace.textDocuments.find((each) => !each.isClosed && isOf(each));
    if (document === undefined) throw new MeshError("no_text_editor", {});
    const visible = vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
    const editor = visible.find(({ viewColumn }) => viewColumn === column) ?? visible[0];
    // A cell has no tab of its own: its notebook shows it, or nobody.
    if (document.uri.scheme === "vscode-notebook-cell") {
      if (editor === undefined) throw new MeshError("no_text_editor", {});
      return editor;
    }
    const where = editor?.viewColumn ?? column;
    return await vscode.window.showTextDocument(document, where === undefined ? {} : { viewColumn: where });
  }

  dispose(): void {
    this.#changes.dispose();
  }

  #look(editor: vscode.TextEditor | undefined): void {
    if (editor === undefined || !isOnesOwn(editor.document)) return;
    this.#last = { uri: editor.document.uri, column: editor.viewColumn };
  }
}

/** Logs, reviews and the inputs of chats are documents as well, and none that a person writes code into. */
function isOnesOwn({ uri: { scheme }, isUntitled }: vscode.TextDocument): boolean {
  return isUntitled || scheme === "vscode-notebook-cell" || vscode.workspace.fs.isWritableFileSystem(scheme) === true;
}
