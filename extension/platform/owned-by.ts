import type * as vscode from "vscode";

/** Whatever passes through what comes back is disposed when the extension ends. */
export function ownedBy({ subscriptions }: vscode.ExtensionContext): <T extends vscode.Disposable>(part: T) => T {
  return (part) => {
    subscriptions.push(part);
    return part;
  };
}
