import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { serverOfRow } from "./server-of-row.ts";

export const copyThisAddress: Command = async (services, argument) => {
  const { url } = serverOfRow(services, argument);
  await vscode.env.clipboard.writeText(url);
  vscode.window.setStatusBarMessage(`$(copy) ${services.t("The address is copied.")}`, 3000);
};
