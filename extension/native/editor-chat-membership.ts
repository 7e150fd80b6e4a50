import type * as vscode from "vscode";
import type { EditorChatCommands } from "../commands/command.ts";
import { Emitter } from "../platform/emitter.ts";

/** Whether our models were added to the editor's own chat, for all windows. */
const inEditorChatKey = "editorChat.isJoined";

/** Remembers that our models are part of the editor's own chat: it tells nobody. */
export class EditorChatMembership implements EditorChatCommands {
  readonly #memory: vscode.Memento;
  readonly #didChange = new Emitter<void>();

  readonly onDidChange = this.#didChange.event;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  isJoined(): boolean {
    return this.#memory.get(inEditorChatKey) === true;
  }

  async joined(): Promise<void> {
    await this.#memory.update(inEditorChatKey, true);
    this.#didChange.fire();
  }
}
