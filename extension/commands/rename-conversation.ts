import * as vscode from "vscode";
import { conversationTitle } from "../chat/conversations/conversation-title.ts";
import type { Command } from "./command.ts";
import { conversationToActOn } from "./conversation-to-act-on.ts";

/** Gives a conversation a name of its own; an empty one goes back to its first question. */
export const renameConversation: Command = async (services, argument) => {
  const { t, conversations } = services;
  const title = t("Rename a conversation");
  const conversation = await conversationToActOn(services, argument, title);
  if (conversation === undefined) return;
  const prompt = t("Its name; empty takes the first question.");
  const name = await vscode.window.showInputBox({ title, prompt, value: conversationTitle(conversation) });
  if (name !== undefined) await conversations.rename(conversation.id, name.trim() === "" ? null : name.trim());
};
