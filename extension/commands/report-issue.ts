import * as vscode from "vscode";
import { nodeStatus } from "../../contract/rpc/node.ts";
import { redactForSharing, thisPerson } from "../platform/redact.ts";
import { remoteKind } from "../platform/remote-kind.ts";
import type { Command } from "./command.ts";
import { issueData } from "./issue-data.ts";
import { hasReportAddress } from "./report-address.ts";

/** The editor's own, which shows everything before it is sent, and sends it nowhere by itself. */
const openReporter = "workbench.action.openIssueReporter";

/**
 * Opens the editor's issue reporter with what a report needs. Where it could not send one, since nobody has said where to or
 * it is turned off, the same as a document that a person can pass on.
 */
export const reportIssue: Command = async (services) => {
  const { supervisor, store, version, extensionId, t, log } = services;
  const status = await supervisor.connection?.request(nodeStatus, {}).catch(() => undefined);
  const facts = issueData({
    version,
    editor: `${vscode.env.appName} ${vscode.version} (${vscode.env.appHost})`,
    remote: remoteKind(vscode.env.remoteName),
    platform: `${process.platform} ${process.arch}`,
    state: store.nodeState,
    status,
    backends: store.topology.ofKind("backend"),
  });
  const issueBody = `${t("What did you do?")}\n\n${t("What did you expect, and what happened instead?")}\n\n${t(
    "If it helps: the command Mesh: Collect Diagnostics writes a longer report. Read it before you add it.",
  )}\n`;
  const data = redactForSharing(facts, thisPerson());
  if (canSend(extensionId)) {
    try {
      return void (await vscode.commands.executeCommand(openReporter, { extensionId, issueBody, data }));
    } catch (error) {
      log.warn(`${openReporter}: ${String(error)}`);
    }
  }
  const whereTo = t("Nothing has been sent. Pass this text on to whoever you have the extension from.");
  const content = `# ${t("Report of an issue")}\n\n${whereTo}\n\n${issueBody}\n${data}`;
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "markdown", content }));
};

/** Where feedback is turned off, the editor's reporter does nothing and says so nowhere. */
const canSend = (extensionId: string): boolean =>
  vscode.workspace.getConfiguration("telemetry").get("feedback.enabled") !== false &&
  hasReportAddress(vscode.extensions.getExtension(extensionId)?.packageJSON);
