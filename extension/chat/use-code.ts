import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { FromChatView } from "../../contract/webview/chat.ts";
import { hasEnding } from "../inline/document-lines.ts";
import { editPlace } from "../inline/edit-place.ts";
import type { EditTarget } from "../inline/edit-target.ts";
import { assertText, assertWritable, fileNameOf } from "../inline/editable-document.ts";
import { fitCode } from "../inline/fit-code.ts";
import type { InlineChat } from "../inline/inline-chat.ts";
import type { LastEditor } from "./last-editor.ts";
import { withLeftOut } from "./use-code-elision.ts";
import { codePlace } from "./use-code-place.ts";
import { codeAtCursor, codeLanguage } from "./use-code-text.ts";

export interface UseCodeOptions {
  readonly lastEditor: LastEditor;
  readonly inline: Pick<InlineChat, "assertFree" | "review">;
}

export type CodeUse = Pick<Extract<FromChatView, { type: "useCode" }>, "how" | "text" | "language">;

/** Does with code of an answer what the person wants. Each is one step that one undo takes back. @throws MeshError */
export async function useCode({ how, text, language }: CodeUse, options: UseCodeOptions): Promise<void> {
  switch (how) {
    case "insert":
      return await insert(text, await options.lastEditor.show());
    case "apply":
      return await propose(text, options);
    case "newFile":
      return await openNew(text, language);
  }
}

/** Where the cursor is; what is selected gives way to it. */
async function insert(text: string, editor: vscode.TextEditor): Promise<void> {
  const { document, selection } = editor;
  assertText(document);
  await assertWritable(document);
  const before = document.lineAt(selection.start.line).text.slice(0, selection.start.character);
  // The editor itself takes the document's line endings.
  const isDone = await editor.edit((edit) => edit.replace(selection, codeAtCursor(text, before)));
  if (!isDone) throw new MeshError("document_changed", { file: fileNameOf(document.uri) });
  const end = editor.selection.end;
  editor.selection = new vscode.Selection(end, end);
  editor.revealRange(new vscode.Range(end, end));
}

/** Shows what would become of the document; nothing is written before the person has accepted it. */
async function propose(text: string, { lastEditor, inline }: UseCodeOptions): Promise<void> {
  inline.assertFree();
  const editor = await lastEditor.show();
  const { document } = editor;
  assertText(document);
  await assertWritable(document);
  const code = text.replace(/\r\n?/g, "\n");
  const place = editPlace(editor, targetOf(editor, code));
  const { before, target, after } = place.parts;
  const whole = withLeftOut(code.endsWith("\n") ? code : `${code}\n`, target);
  const glue = before === "" || hasEnding(before) ? "" : place.fit.eol;
  const proposed = before + glue + fitCode(whole, place.parts, place.fit) + after;
  await inline.review(place, proposed);
}

/** What is selected; otherwise the lines that the code is a new version of, and where there are none, below the cursor. */
function targetOf({ document, selection }: vscode.TextEditor, code: string): EditTarget | undefined {
  if (!selection.isEmpty) return undefined;
  const found = codePlace(document.getText(), code);
  if (found !== null) return found;
  const { line } = selection.active;
  if (document.lineAt(line).isEmptyOrWhitespace) return undefined;
  return { start: line + 1, end: line + 1, isInsertion: true };
}

async function openNew(text: string, name: string): Promise<void> {
  const language = codeLanguage(name, await vscode.languages.getLanguages());
  const content = text.endsWith("\n") ? text : `${text}\n`;
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document, { preview: false });
}
