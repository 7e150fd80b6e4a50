import * as vscode from "vscode";
import { conversationTitle } from "../chat/conversations/conversation-title.ts";
import type { Command } from "./command.ts";
import { conversationToActOn } from "./conversation-to-act-on.ts";

/** Deletes a conversation, and offers to bring it back as it was. */
export const deleteConversation: Command = async (services, argument) => {
  const { t, conversations } = services;
  const conversation = await conversationToActOn(services, argument, t("Delete a conversation"));
  if (conversation === undefined) return;
  const removed = await conversations.remove(conversation.id);
  if (removed === undefined) return;
  const undo = t("Undo");
  const title = conversationTitle(removed.conversation);
  const words = title === "" ? t("The conversation is deleted.") : t("“{0}” is deleted.", { 0: title });
  if ((await vscode.window.showInformationMessage(words, undo)) === undo) await conversations.putBack(removed);
};
