import * as vscode from "vscode";
import { nodeStatus } from "../../contract/rpc/node.ts";
import { redactForSharing, thisPerson } from "../platform/redact.ts";
import { remoteKind } from "../platform/remote-kind.ts";
import { type SettingDeclaration, type SettingName, settingDeclarations } from "../settings/declarations.ts";
import { readSetting } from "../settings/settings.ts";
import { endOfLog, nodeFiles } from "../sidecar/node-files.ts";
import type { Command, CommandServices } from "./command.ts";

const maxLogBytes = 24 * 1024;

/** Opens a report that a person can read before they share it. It holds no prompt, no key, and not whose machine it is. */
export const collectDiagnostics: Command = async (services) => {
  const content = redactForSharing(await report(services), thisPerson());
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "markdown", content }));
};

async function report({ supervisor, store, version }: CommandServices): Promise<string> {
  const state = store.nodeState;
  const status = await supervisor.connection?.request(nodeStatus, {}).catch(() => undefined);
  const nodes = (["node", "backend", "model"] as const).flatMap((kind) => store.topology.ofKind(kind));
  const sections: [string, string][] = [
    [
      "Versions",
      block({
        extension: version,
        editor: `${vscode.env.appName} ${vscode.version} (${vscode.env.appHost})`,
        remote: remoteKind(vscode.env.remoteName),
        platform: `${process.platform} ${process.arch}, Node.js ${process.versions.node}`,
        isTrusted: vscode.workspace.isTrusted,
      }),
    ],
    ["Node in this window", block("error" in state ? { ...state, error: state.error.toWire() } : state)],
    ["Node's own words", status === undefined ? "Not running." : block(status)],
    ["Topology", block(nodes)],
    ["Settings", block(changedSettings())],
    [
      "End of the node's log",
      fence(await endOfLog(status?.logFile ?? nodeFiles(process.env).log, maxLogBytes), "text"),
    ],
  ];
  return `# Inference Mesh diagnostics\n\n${sections.map(([title, text]) => `## ${title}\n\n${text}\n`).join("\n")}`;
}

/** Those that are not as they come, but for texts that a person has written: prompts are no part of a report. */
function changedSettings(): Record<string, unknown> {
  const names = Object.keys(settingDeclarations) as SettingName[];
  const told = names.filter((name) => {
    const declaration: SettingDeclaration = settingDeclarations[name];
    const isOwnText = declaration.type === "string" && declaration.enum === undefined;
    return !isOwnText && readSetting(name) !== declaration.default;
  });
  return Object.fromEntries(told.map((name) => [name, readSetting(name)]));
}

const block = (value: unknown): string => fence(JSON.stringify(value, undefined, 2), "json");
const fence = (text: string, language: string): string => `~~~~${language}\n${text}\n~~~~`;
