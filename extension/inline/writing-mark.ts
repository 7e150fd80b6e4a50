import * as vscode from "vscode";
import type { CommandName } from "../commands/declarations.ts";
import type { Translate } from "../platform/translate.ts";
import { lensTitle } from "./lens-title.ts";

const stop: CommandName = "inferenceMesh.stopEdit";

/** Shows where an edit is being written, with a way to stop it. The document stays as it is. */
export class WritingMark implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #uri: string;
  readonly #line: number;
  readonly #t: Translate;
  readonly #parts: vscode.Disposable;

  constructor(editor: vscode.TextEditor, range: vscode.Range, t: Translate) {
    this.#uri = editor.document.uri.toString();
    this.#line = range.start.line;
    this.#t = t;
    const decoration = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
      overviewRulerColor: new vscode.ThemeColor("progressBar.background"),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
      borderColor: new vscode.ThemeColor("progressBar.background"),
      borderStyle: "solid",
      borderWidth: "0 0 0 3px",
    });
    editor.setDecorations(decoration, [range]);
    const lenses = vscode.languages.registerCodeLensProvider({ language: "*" }, this);
    this.#parts = vscode.Disposable.from(decoration, lenses);
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (document.uri.toString() !== this.#uri) return [];
    const line = Math.min(this.#line, document.lineCount - 1);
    const t = this.#t;
    const title = `${lensTitle("loading~spin", t("Writing…"))}\u00a0\u00a0${lensTitle("stop-circle", t("Stop"))}`;
    return [new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command: stop })];
  }

  dispose(): void {
    this.#parts.dispose();
  }
}
