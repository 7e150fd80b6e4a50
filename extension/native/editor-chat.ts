import * as vscode from "vscode";
import type { Log } from "../platform/log.ts";
import { vendor } from "./declarations.ts";

/**
 * What came of it. `added`: the editor's chat answers with our models. `byHand`: this editor has no command for it, so the
 * person was led to the list of models. `off`: its chat is turned off.
 */
export type Joining = "added" | "byHand" | "off";

/** Commands of the editor that are no interface of its: each is looked for before it is run. */
export const internalCommands = {
  addGroup: "lm.addLanguageModelsProviderGroup",
  manageModels: "workbench.action.chat.manage",
} as const;

/** The name under which our models stand in the editor's list. */
const groupName = "Mesh";

/**
 * Makes our models part of the editor's own chat. It asks only models that belong to a group of `chatLanguageModels.json`,
 * however many a provider has; all others lead to a sign-in.
 */
export async function joinEditorChat(log: Log): Promise<Joining> {
  if (vscode.workspace.getConfiguration().get("chat.disableAIFeatures") === true) return "off";
  const commands = new Set(await vscode.commands.getCommands(true));
  if (commands.has(internalCommands.addGroup) && (await addGroup(log))) {
    const models = await vscode.lm.selectChatModels({ vendor });
    if (models.length > 0) return "added";
    log.warn("The editor has our group of models, and lists none of them.");
  }
  if (commands.has(internalCommands.manageModels)) {
    await vscode.commands.executeCommand(internalCommands.manageModels);
  }
  return "byHand";
}

async function addGroup(log: Log): Promise<boolean> {
  try {
    await vscode.commands.executeCommand(internalCommands.addGroup, { vendor, name: groupName });
    return true;
  } catch (error) {
    // What is there already needs no adding; the editor has no way to ask for it.
    if (/already exists/i.test(String(error))) return true;
    log.warn(`${internalCommands.addGroup}: ${String(error).slice(0, 300)}`);
    return false;
  }
}
