import * as vscode from "vscode";

/** Tells the editor those values that have changed: each is a message to the window. */
export class ContextKeys<V extends object> {
  readonly #told = new Map<string, unknown>();

  update(values: V): void {
    for (const [key, value] of Object.entries(values)) {
      if (this.#told.get(key) === value && this.#told.has(key)) continue;
      this.#told.set(key, value);
      void vscode.commands.executeCommand("setContext", key, value);
    }
  }
}
