import * as vscode from "vscode";
import type { Conversation } from "../chat/conversation.ts";
import { pickConversation } from "../chat/conversations/conversation-picker.ts";
import type { CommandServices } from "./command.ts";

/**
 * The conversation that a command is about: the one that it was called for, else the one that is shown, else one that the
 * person chooses. Undefined when there is none, or the person has turned away. @throws MeshError
 */
export async function conversationToActOn(
  { conversations, t }: CommandServices,
  argument: unknown,
  title: string,
): Promise<Conversation | undefined> {
  const shown = conversations.session.conversation;
  let id = typeof argument === "string" ? argument : undefined;
  if (id === undefined && shown.turns.length > 0) return shown;
  id ??= await pickConversation({ conversations, title, t, hasActions: false });
  if (id === undefined) return undefined;
  const conversation = await conversations.read(id);
  if (conversation === undefined)
    void vscode.window.showInformationMessage(t("This conversation is not there any more."));
  return conversation;
}
