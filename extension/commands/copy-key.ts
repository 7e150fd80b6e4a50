import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { nodeStatus } from "../../contract/rpc/node.ts";
import type { Command } from "./command.ts";

export const copyKey: Command = async ({ supervisor, t }) => {
  const action = t("Copy Key");
  const question = t("Whoever has the gateway's key can use this node's models. Copy it to the clipboard?");
  if ((await vscode.window.showWarningMessage(question, { modal: true }, action)) !== action) return;
  const connection = await supervisor.start();
  const { gateway } = await connection.request(nodeStatus, {});
  await vscode.env.clipboard.writeText((await readFile(gateway.keyFile, "utf8")).trim());
  // Not awaited: the command has ended when its work has, not when the message is closed.
  void vscode.window.showInformationMessage(t("The gateway's key is in the clipboard."));
};
