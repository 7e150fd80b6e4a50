import * as vscode from "vscode";
import { walkthrough } from "../platform/views.ts";
import type { Command } from "./command.ts";

export const openWalkthrough: Command = async ({ extensionId, walkthrough: progress }) => {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", `${extensionId}#${walkthrough}`, false);
  progress.opened();
};
