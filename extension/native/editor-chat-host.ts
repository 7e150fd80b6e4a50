import * as vscode from "vscode";
import { vendor } from "./declarations.ts";
import type { EditorChatHost } from "./editor-chat.ts";
import type { EditorInlineHost } from "./editor-inline-chat.ts";

const chatExtension = "GitHub.copilot-chat";
/** Extensions start within this time on a busy machine, in milliseconds. */
const startLimitMs = 60_000;

/** The editor tells only of extensions that are turned on. */
const isChatOn = (): boolean => vscode.extensions.getExtension(chatExtension) !== undefined;

/** The editor that this runs in. */
export const editorChatHost: EditorChatHost & EditorInlineHost = {
  get isTurnedOff() {
    return vscode.workspace.getConfiguration().get("chat.disableAIFeatures") === true;
  },
  get isChatOn() {
    return isChatOn();
  },
  chatTurnsOn: async () => {
    const on = Promise.withResolvers<void>();
    const changes = vscode.extensions.onDidChange(() => isChatOn() && on.resolve());
    const limit = setTimeout(() => on.resolve(), startLimitMs);
    try {
      if (!isChatOn()) await on.promise;
      return isChatOn();
    } finally {
      clearTimeout(limit);
      changes.dispose();
    }
  },
  commands: async () => await vscode.commands.getCommands(true),
  run: async (command, argument) => await vscode.commands.executeCommand(command, argument),
  countModels: async () => (await vscode.lm.selectChatModels({ vendor })).length,
  modelIds: async () => (await vscode.lm.selectChatModels({ vendor })).map(({ id }) => id),
};
