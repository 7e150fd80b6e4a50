import * as vscode from "vscode";
import { backendsRemove } from "../../contract/rpc/backends.ts";
import { configurationHistory, configurationRestore } from "../../contract/rpc/configuration.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Command, CommandServices } from "./command.ts";
import { serverToActOn } from "./server-of-row.ts";

/** Takes a server out after a question, and offers to bring it back. */
export const removeThisServer: Command = async (services, argument) => {
  const { t, supervisor } = services;
  const server = await serverToActOn(services, argument);
  if (server === undefined) return;
  const { backendId, label, url } = server;
  const name = plainText(label);
  const detail = t("{0} is taken out of this node's configuration, and its key is forgotten. Open answers go on.", {
    0: plainText(url, 200),
  });
  const remove = t("Remove");
  const question = t("Remove {0}?", { 0: name });
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) !== remove) return;
  await (await supervisor.start()).request(backendsRemove, { id: backendId });
  const former = await newestVersion(services);
  if (former === undefined) return;
  const undo = t("Undo");
  const removed = t("{0} is removed. Undo brings it back as it was, but without its key.", { 0: name });
  if ((await vscode.window.showInformationMessage(removed, undo)) !== undo) return;
  // What counts now would be lost as well if something else was changed in between.
  if ((await newestVersion(services)) === former) {
    await (await supervisor.start()).request(configurationRestore, { id: former });
    return;
  }
  const other = t("The configuration has been changed since. Choose in its history what to bring back.");
  const open = t("Restore Configuration…");
  if ((await vscode.window.showWarningMessage(other, open)) === open) {
    await vscode.commands.executeCommand("inferenceMesh.restoreConfiguration");
  }
};

async function newestVersion({ supervisor }: CommandServices): Promise<string | undefined> {
  const { versions } = await (await supervisor.start()).request(configurationHistory, {});
  return versions[0]?.id;
}
