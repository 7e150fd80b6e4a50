import * as vscode from "vscode";
import { nameInLists } from "../mesh/askable-models.ts";
import { editorChatHost } from "../native/editor-chat-host.ts";
import { openEditorInlineChat } from "../native/editor-inline-chat.ts";
import { readSetting } from "../settings/settings.ts";
import type { Command } from "./command.ts";

export const inlineChat: Command = async ({ inline, editorChat, supervisor, log }) => {
  const isWanted = readSetting("inferenceMesh.inlineChat.useEditors") && editorChat.isJoined();
  const { chosen } = inline;
  const wished = chosen === null ? null : nameInLists(chosen);
  // The editor's list has models by their names alone: a choice that keeps to a place is ours to hold.
  const isPinned = chosen !== null && wished === null;
  if (isWanted && !isPinned && vscode.window.activeTextEditor !== undefined) {
    // The editor asks for the model's answer by itself; what keeps the node from starting is told with that.
    supervisor.start().catch(() => undefined);
    if (await openEditorInlineChat(editorChatHost, wished, log)) return;
  }
  await inline.open();
};
