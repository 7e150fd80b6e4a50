import * as vscode from "vscode";
import type { ConfigurationState } from "../../contract/mesh/configuration-state.ts";
import type { CommandName } from "../commands/declarations.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { readSetting } from "../settings/settings.ts";
import { nodeFiles } from "../sidecar/node-files.ts";
import { followConfiguration } from "./configuration-follower.ts";
import type { MeshStore } from "./mesh-store.ts";

const openConfiguration: CommandName = "inferenceMesh.openConfiguration";
const restartNode: CommandName = "inferenceMesh.restartNode";

/**
 * Says in this window what is wrong with the node's configuration file: once as a notification that leads to the line, and
 * in the Problems view for as long as it is so. Says also which saved settings wait for a restart.
 */
export function showConfigurationNotices(store: MeshStore, t: Translate): vscode.Disposable {
  const problems = vscode.languages.createDiagnosticCollection("inference-mesh");
  const following = followConfiguration(store, {
    problemChanged: (problem) => {
      problems.clear();
      if (problem === null) return;
      // A window that has just attached hears of the problem before it has read where the file is.
      const path = store.status?.configuration.path ?? nodeFiles(process.env).configuration;
      problems.set(vscode.Uri.file(path), [diagnosticOf(problem)]);
      if (readSetting("inferenceMesh.notifications.configuration") === "none") return;
      const reason = plainText(problem.reason, 300);
      const message = t("The node's configuration is not valid, and what it said before counts: {0}", { 0: reason });
      void offer(vscode.window.showWarningMessage, message, t("Open Configuration"), openConfiguration);
    },
    restartNeeded: (settings) => {
      if (readSetting("inferenceMesh.notifications.configuration") !== "all") return;
      const names = plainText(settings.join(", "), 200);
      const message = t("These settings count after a restart of the node: {0}", { 0: names });
      void offer(vscode.window.showInformationMessage, message, t("Restart Node"), restartNode);
    },
  });
  return vscode.Disposable.from(problems, following);
}

async function offer(
  show: (message: string, button: string) => Thenable<string | undefined>,
  message: string,
  button: string,
  command: CommandName,
): Promise<void> {
  if ((await show(message, button)) === button) await vscode.commands.executeCommand(command);
}

function diagnosticOf({ line, column, reason }: NonNullable<ConfigurationState["problem"]>): vscode.Diagnostic {
  const start = new vscode.Position((line ?? 1) - 1, (column ?? 1) - 1);
  // To the end of the line, wherever that is.
  const range = new vscode.Range(start, new vscode.Position(start.line, Number.MAX_SAFE_INTEGER));
  const diagnostic = new vscode.Diagnostic(range, reason, vscode.DiagnosticSeverity.Error);
  diagnostic.source = "Inference Mesh";
  return diagnostic;
}
