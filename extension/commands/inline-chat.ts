import * as vscode from "vscode";
import { editorChatHost } from "../native/editor-chat-host.ts";
import { openEditorInlineChat } from "../native/editor-inline-chat.ts";
import { readSetting } from "../settings/settings.ts";
import type { Command } from "./command.ts";

export const inlineChat: Command = async ({ inline, editorChat, supervisor, log }) => {
  const isWanted = readSetting("inferenceMesh.inlineChat.useEditors") && editorChat.isJoined();
  if (isWanted && vscode.window.activeTextEditor !== undefined) {
    // The editor asks for the model's answer by itself; what keeps the node from starting is told with that.
    supervisor.start().catch(() => undefined);
    if (await openEditorInlineChat(editorChatHost, inline.chosenModel, log)) return;
  }
  await inline.open();
};
