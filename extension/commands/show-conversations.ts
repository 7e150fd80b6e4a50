import * as vscode from "vscode";
import { pickConversation } from "../chat/conversations/conversation-picker.ts";
import type { Command } from "./command.ts";

/** Lists the conversations of this workspace, and shows the one that is chosen. */
export const showConversations: Command = async ({ conversations, chat, t }) => {
  const id = await pickConversation({ conversations, title: t("Conversations"), t, hasActions: true });
  if (id === undefined) return;
  if (await conversations.open(id)) await chat.open();
  else void vscode.window.showInformationMessage(t("This conversation is not there any more."));
};
