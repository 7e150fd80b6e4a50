import * as vscode from "vscode";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";

export interface Export {
  readonly t: Translate;
  readonly kind: "svg" | "png" | "csv" | "json";
  /** Text, or Base64 for PNG. */
  readonly content: string;
  /** What the file is called where the person does not say, without its ending. */
  readonly name?: string;
  /** Of the dialog. */
  readonly title?: string;
}

/** Asks where, and writes there. Nothing happens when the person turns away. */
export async function saveExport({ t, kind, content, name: stem = "mesh", title }: Export): Promise<void> {
  const name = `${stem}.${kind}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const filters = { [kind.toUpperCase()]: [kind] };
  const target = await vscode.window.showSaveDialog({
    filters,
    title: title ?? (kind === "csv" ? t("Save Table") : t("Save Picture")),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(content, kind === "png" ? "base64" : "utf8"));
  const open = t("Open");
  const saved = t("Saved as {0}.", { 0: plainText(target.path.split("/").at(-1) ?? name) });
  if ((await vscode.window.showInformationMessage(saved, open)) === open) {
    await vscode.commands.executeCommand("vscode.open", target);
  }
}
