import * as vscode from "vscode";
import { nodeStatus } from "../../contract/rpc/node.ts";
import { redactForSharing, thisPerson } from "../platform/redact.ts";
import { collectDiagnostics } from "./collect-diagnostics.ts";
import type { Command } from "./command.ts";
import { issueData } from "./issue-data.ts";

/** The editor's own, which shows everything before it is sent, and sends it nowhere by itself. */
const openReporter = "workbench.action.openIssueReporter";

/** Opens the editor's issue reporter with what a report needs. Where there is none, the diagnostics as a document. */
export const reportIssue: Command = async (services, argument) => {
  const { supervisor, store, version, extensionId, t, log } = services;
  const status = await supervisor.connection?.request(nodeStatus, {}).catch(() => undefined);
  const data = issueData({
    version,
    editor: `${vscode.env.appName} ${vscode.version} (${vscode.env.appHost})`,
    remote: vscode.env.remoteName ?? "none",
    platform: `${process.platform} ${process.arch}`,
    state: store.nodeState,
    status,
    backends: store.topology.ofKind("backend"),
  });
  const issueBody = `${t("What did you do?")}\n\n${t("What did you expect, and what happened instead?")}\n\n${t(
    "If it helps: the command Mesh: Collect Diagnostics writes a longer report. Read it before you add it.",
  )}\n`;
  try {
    const report = { extensionId, issueBody, data: redactForSharing(data, thisPerson()) };
    await vscode.commands.executeCommand(openReporter, report);
  } catch (error) {
    log.warn(`${openReporter}: ${String(error)}`);
    await collectDiagnostics(services, argument);
  }
};
