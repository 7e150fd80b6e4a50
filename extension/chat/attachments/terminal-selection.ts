import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { plainText } from "../../platform/plain-text.ts";
import type { Translate } from "../../platform/translate.ts";
import type { Attachment } from "./attachment.ts";

/** The editor's own command; nothing in its interface for extensions tells of a terminal's selection. */
const copySelection = "workbench.action.terminal.copySelection";

/**
 * What is selected in the terminal that the person was in last. It comes by the clipboard, whose text is put back.
 *
 * @throws MeshError `nothing_selected`
 */
export async function terminalSelection(t: Translate): Promise<Attachment> {
  const terminal = vscode.window.activeTerminal;
  if (terminal === undefined) throw new MeshError("nothing_selected", {});
  const text = await throughClipboard(() => vscode.commands.executeCommand(copySelection));
  if (text === undefined || text.trim() === "") throw new MeshError("nothing_selected", {});
  const name = plainText(terminal.name, 40);
  return {
    id: randomUUID(),
    kind: "terminal",
    label: t("Terminal {0}", { 0: name }),
    detail: `Terminal ${name}, ${text.trimEnd().split("\n").length} lines`,
    text,
    image: null,
    languageId: null,
  };
}

/** What the command has put there; undefined when it has put nothing. */
async function throughClipboard(copy: () => Thenable<unknown>): Promise<string | undefined> {
  const { clipboard } = vscode.env;
  const before = await clipboard.readText();
  // Only what differs from this was copied. A clipboard without text may hold a picture, which is not to be lost for nothing.
  const mark = before === "" ? "" : randomUUID();
  try {
    if (mark !== "") await clipboard.writeText(mark);
    await copy();
    const after = await clipboard.readText();
    return after === mark ? undefined : after;
  } finally {
    if (before !== "") await clipboard.writeText(before);
  }
}
