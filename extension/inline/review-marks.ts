import * as vscode from "vscode";
import type { ReviewSheet, SheetRow } from "./review-sheet.ts";

type Marks = Record<Exclude<SheetRow, "same">, vscode.TextEditorDecorationType>;

/** Colours and signs of removed and added lines, as the theme's own diffs have them. */
export class ReviewMarks implements vscode.Disposable {
  #marks = createMarks();
  readonly #themes: vscode.Disposable;

  /** @param onDidChange what was drawn has to be drawn again */
  constructor(onDidChange: () => void) {
    this.#themes = vscode.window.onDidChangeActiveColorTheme(() => {
      this.#disposeMarks();
      this.#marks = createMarks();
      onDidChange();
    });
  }

  draw(editor: vscode.TextEditor, { rows }: ReviewSheet): void {
    for (const row of ["removed", "added"] as const) {
      const lines = rows.flatMap((each, line) => (each === row ? [new vscode.Range(line, 0, line, 0)] : []));
      editor.setDecorations(this.#marks[row], lines);
    }
  }

  dispose(): void {
    this.#themes.dispose();
    this.#disposeMarks();
  }

  #disposeMarks(): void {
    for (const mark of Object.values(this.#marks)) mark.dispose();
  }
}

function createMarks(): Marks {
  const { kind } = vscode.window.activeColorTheme;
  const hasContrast = kind === vscode.ColorThemeKind.HighContrast || kind === vscode.ColorThemeKind.HighContrastLight;
  const mark = (name: "removed" | "inserted", sign: string, color: string): vscode.TextEditorDecorationType =>
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor(`diffEditor.${name}LineBackground`),
      overviewRulerColor: new vscode.ThemeColor(`diffEditorOverview.${name}Foreground`),
      overviewRulerLane: vscode.OverviewRulerLane.Full,
      // Not by colour alone.
      gutterIconPath: signIcon(sign, color),
      gutterIconSize: "contain",
      // Themes of high contrast have no colour for lines, but borders; others have no borders.
      ...(hasContrast
        ? {
            borderStyle: "dashed",
            borderWidth: "1px",
            borderColor: new vscode.ThemeColor(`diffEditor.${name}TextBorder`),
          }
        : {}),
    });
  return { removed: mark("removed", "M3 8h10", "#e5534b"), added: mark("inserted", "M3 8h10M8 3v10", "#3fa34d") };
}

function signIcon(path: string, color: string): vscode.Uri {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="${path}" stroke="${color}" stroke-width="2"/></svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`);
}
