import * as vscode from "vscode";
import { backendsRemove } from "../../contract/rpc/backends.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Command } from "./command.ts";
import { serverOfRow } from "./server-of-row.ts";

export const removeThisServer: Command = async (services, argument) => {
  const { t, supervisor } = services;
  const { backendId, label, url } = serverOfRow(services, argument);
  const question = t("Remove {0}?", { 0: plainText(label) });
  const detail = t("{0} is taken out of this node's configuration, and its key is forgotten. Open answers go on.", {
    0: plainText(url, 200),
  });
  const remove = t("Remove");
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, remove);
  if (chosen === remove) await (await supervisor.start()).request(backendsRemove, { id: backendId });
};
