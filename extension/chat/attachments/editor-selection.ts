import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { assertText, fileNameOf } from "../../inline/editable-document.ts";
import { byteSize } from "../../mesh/quantities.ts";
import type { Attachment } from "./attachment.ts";
import { pathOf } from "./editor-files.ts";
import { maxTextBytes } from "./read-file.ts";

/**
 * What is selected in the editor that the person was in last, each selection for itself.
 *
 * @throws MeshError `nothing_selected`, `document_not_text`, `attachment_too_large`
 */
export function selectedText(editor = vscode.window.activeTextEditor): Attachment[] {
  const selections = editor?.selections.filter((selection) => !selection.isEmpty) ?? [];
  if (editor === undefined || selections.length === 0) throw new MeshError("nothing_selected", {});
  const { document } = editor;
  assertText(document);
  const cell = cellOf(document);
  const inCell = cell === undefined ? "" : ` (cell ${cell.index + 1})`;
  const sorted = selections.toSorted((a, b) => a.start.compareTo(b.start));
  return sorted.map((selection) => {
    const text = document.getText(selection);
    const file = fileNameOf(document.uri);
    const bytes = Buffer.byteLength(text);
    if (bytes > maxTextBytes) {
      throw new MeshError("attachment_too_large", { file, size: byteSize(bytes), limit: byteSize(maxTextBytes) });
    }
    const lines = lineRange(selection);
    return {
      id: randomUUID(),
      kind: "selection",
      label: `${file}${inCell}:${lines}`,
      detail: `${pathOf(cell?.notebook.uri ?? document.uri)}${inCell}:${lines}`,
      text,
      image: null,
      languageId: document.languageId,
    };
  });
}

/** Lines as people count them. Whoever selects whole lines has the cursor at the start of the next one. */
function lineRange({ start, end }: vscode.Selection): string {
  const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return last === start.line + 1 ? `${last}` : `${start.line + 1}-${last}`;
}

/** The notebook's cell that a document is. */
function cellOf(document: vscode.TextDocument): vscode.NotebookCell | undefined {
  const cells = vscode.workspace.notebookDocuments.flatMap((notebook) => notebook.getCells());
  return cells.find((cell) => cell.document === document);
}
