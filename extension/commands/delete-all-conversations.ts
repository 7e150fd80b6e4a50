import * as vscode from "vscode";
import type { Command } from "./command.ts";

/** Deletes what there is of this workspace's conversations, after a question. */
export const deleteAllConversations: Command = async ({ conversations, t }) => {
  const { summaries, newerCount } = await conversations.list();
  const count = summaries.length + newerCount;
  const question =
    count === 1
      ? t("Delete the conversation of this workspace?")
      : t("Delete all {0} conversations of this workspace?", { 0: count });
  const detail = t("This cannot be undone. What other windows are writing is kept by them.");
  const action = t("Delete All");
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, action)) === action) {
    await conversations.removeAll();
  }
};
