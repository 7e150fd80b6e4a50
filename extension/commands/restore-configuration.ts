import * as vscode from "vscode";
import {
  type ConfigurationVersionSummary,
  configurationHistory,
  configurationRestore,
  configurationVersion,
} from "../../contract/rpc/configuration.ts";
import { byteSize } from "../mesh/quantities.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import type { Command } from "./command.ts";

const scheme = "inference-mesh-configuration";

/** Shows what a former version of the node's settings would change, and brings it back after a question. */
export const restoreConfiguration: Command = async ({ supervisor, t }) => {
  const connection = await supervisor.start();
  const { path, versions } = await connection.request(configurationHistory, {});
  if (versions.length === 0) {
    void vscode.window.showInformationMessage(t("There is no former version of the configuration yet."));
    return;
  }
  const items = versions.map((version) => ({ ...versionItem(version, t), version }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Restore a former version of the configuration"),
  });
  if (chosen === undefined) return;
  const { id } = chosen.version;
  const { text } = await connection.request(configurationVersion, { id });
  const former = vscode.Uri.from({ scheme, path: `/${id}/config.yaml` });
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: () => text,
  });
  try {
    const title = t("Configuration now ↔ as of {0}", { 0: chosen.label });
    await vscode.commands.executeCommand("vscode.diff", vscode.Uri.file(path), former, title);
    const restore = t("Restore");
    // Not modal: what it is about stands behind it.
    const question = t("Bring the configuration back to how it was at {0}?", { 0: chosen.label });
    if ((await vscode.window.showInformationMessage(question, restore)) !== restore) return;
    await (await supervisor.start()).request(configurationRestore, { id });
  } finally {
    provider.dispose();
  }
};

function versionItem({ at, bytes, changes }: ConfigurationVersionSummary, t: Translate): vscode.QuickPickItem {
  const what = changes.length === 0 ? t("comments or order") : changes.join(", ");
  return {
    label: new Date(at).toLocaleString(),
    description: byteSize(bytes),
    detail: t("Changes {0}", { 0: plainText(what, 200) }),
  };
}
