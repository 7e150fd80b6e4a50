import * as vscode from "vscode";

/** What `Mesh: Collect Diagnostics` opens. */
export async function diagnostics(): Promise<string> {
  await vscode.commands.executeCommand("inferenceMesh.collectDiagnostics");
  return vscode.window.activeTextEditor?.document.getText() ?? "";
}

/** Closes every editor, and asks nobody whether an unsaved one may go. */
export async function tabsAreClosed(): Promise<void> {
  for (const tab of vscode.window.tabGroups.all.flatMap((group) => group.tabs)) {
    if (tab.isDirty) await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}
