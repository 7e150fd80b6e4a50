import * as vscode from "vscode";
import { nodeStatus } from "../../contract/rpc/node.ts";
import type { Command } from "./command.ts";

export const copyGatewayAddress: Command = async ({ supervisor, walkthrough, t }) => {
  const connection = await supervisor.start();
  const { gateway } = await connection.request(nodeStatus, {});
  const address = `${gateway.url}/v1`;
  await vscode.env.clipboard.writeText(address);
  walkthrough.did("tools");
  const host = vscode.env.remoteName;
  // Loopback of which machine? In a remote window that is not the one before the person.
  const where = host === undefined ? "" : t(" It is reached on the remote machine ({0}).", { 0: host });
  // Not awaited: the command has ended when its work has, not when the message is closed.
  void vscode.window.showInformationMessage(t("Copied {0}.", { 0: address }) + where);
};
