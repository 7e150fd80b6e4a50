import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { serverToActOn } from "./server-of-row.ts";

export const copyThisAddress: Command = async (services, argument) => {
  const server = await serverToActOn(services, argument);
  if (server === undefined) return;
  await vscode.env.clipboard.writeText(server.url);
  vscode.window.setStatusBarMessage(`$(copy) ${services.t("The address is copied.")}`, 3000);
};
