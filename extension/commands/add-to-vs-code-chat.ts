import * as vscode from "vscode";
import { type Joining, joinEditorChat } from "../native/editor-chat.ts";
import { editorChatHost } from "../native/editor-chat-host.ts";
import type { Translate } from "../platform/translate.ts";
import type { Command } from "./command.ts";

export const addToVsCodeChat: Command = async ({ supervisor, walkthrough, editorChat, log, t }) => {
  // The models must be known before the editor asks for them.
  await supervisor.start();
  const joining = await joinEditorChat(editorChatHost, log);
  if (joining === "added") {
    walkthrough.did("editorChat");
    await editorChat.joined();
  }
  // Not awaited: the command has ended when its work has, not when the message is closed.
  void vscode.window.showInformationMessage(words(joining, t));
};

function words(joining: Joining, t: Translate): string {
  switch (joining) {
    case "added":
      return t("The mesh's models are in the editor's chat now. Choose one in its list of models.");
    case "byHand":
      return t("This editor has no command for it. In the list of models, choose Add Models, then Inference Mesh.");
    case "off":
      return t(
        "The editor's chat is turned off by the setting chat.disableAIFeatures. Mesh: Open Chat works without it.",
      );
  }
}
