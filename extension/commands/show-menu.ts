import * as vscode from "vscode";
import { statusWords } from "../mesh/status-words.ts";
import type { Command } from "./command.ts";
import type { CommandName } from "./declarations.ts";

type Entry = vscode.QuickPickItem & { readonly command?: CommandName };

/** The status bar's menu: what can be done now, the likeliest first. */
export const showMenu: Command = async ({ store, t }) => {
  const isReady = store.nodeState.kind === "ready";
  const isBusy = store.nodeState.kind === "starting";
  const item = (command: CommandName, label: string, icon: string): Entry => ({
    command,
    label,
    iconPath: new vscode.ThemeIcon(icon),
  });
  const separator: Entry = { label: "", kind: vscode.QuickPickItemKind.Separator };
  const hasLoaded = store.models?.some((model) => model.state === "loaded") ?? false;
  const entries: Entry[] = [
    item("inferenceMesh.openChat", t("Open chat"), "comment-discussion"),
    ...(isReady ? [item("inferenceMesh.openTopology", t("Open the topology"), "type-hierarchy")] : []),
    ...(isReady ? [item("inferenceMesh.addServer", t("Add a server…"), "server-process")] : []),
    ...(isReady ? [item("inferenceMesh.loadModel", t("Load a model…"), "play")] : []),
    ...(hasLoaded ? [item("inferenceMesh.unloadModel", t("Unload a model…"), "stop-circle")] : []),
    ...(isReady ? [item("inferenceMesh.downloadModel", t("Download a model…"), "cloud-download")] : []),
    ...(isReady ? [item("inferenceMesh.addModelFile", t("Add a model file…"), "add")] : []),
    item("inferenceMesh.toggleGhostText", t("Ghost text…"), "lightbulb-sparkle"),
    separator,
    ...(isReady || isBusy
      ? [item("inferenceMesh.stopNode", t("Stop the node"), "stop-circle")]
      : [item("inferenceMesh.startNode", t("Start the node"), "play")]),
    ...(isReady ? [item("inferenceMesh.restartNode", t("Restart the node"), "sync")] : []),
    ...(isReady ? [item("inferenceMesh.useWith", t("Use with other programs…"), "plug")] : []),
    ...(isReady ? [item("inferenceMesh.copyGatewayAddress", t("Copy the gateway's address"), "link")] : []),
    ...(isReady ? [item("inferenceMesh.copyKey", t("Copy the gateway's key…"), "key")] : []),
    separator,
    item("inferenceMesh.showLog", t("Show log"), "output"),
    item("inferenceMesh.collectDiagnostics", t("Collect diagnostics"), "bug"),
    item("inferenceMesh.reportIssue", t("Report an issue…"), "report"),
    item("inferenceMesh.openWalkthrough", t("Open the walkthrough"), "book"),
  ];
  const chosen = await vscode.window.showQuickPick(entries, {
    title: t("Inference Mesh"),
    placeHolder: statusWords(store, t).headline,
  });
  if (chosen?.command !== undefined) await vscode.commands.executeCommand(chosen.command);
};
