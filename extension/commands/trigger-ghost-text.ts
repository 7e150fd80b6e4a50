import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { isOn, setForLanguage } from "../ghost/ghost-settings.ts";
import { isReadable } from "../ghost/readable-document.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Command } from "./command.ts";

/** Asks for ghost text at the cursor now, and waits for it longer than for what comes by itself. */
export const triggerGhostText: Command = async ({ supervisor, t }) => {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) throw new MeshError("no_text_editor", {});
  if (!isReadable(document)) {
    await vscode.window.showInformationMessage(
      t("There is no ghost text for this file: its name says that it holds secrets, or it is hidden."),
    );
    return;
  }
  if (!isOn(document)) {
    const turnOn = t("Turn On");
    const language = { 0: plainText(document.languageId, 40) };
    const chosen = await vscode.window.showInformationMessage(t("Ghost text is off for {0}.", language), turnOn);
    if (chosen !== turnOn) return;
    await setForLanguage(document.languageId, true);
  }
  await supervisor.start();
  await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
};
