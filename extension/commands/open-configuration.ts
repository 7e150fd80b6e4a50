import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as vscode from "vscode";
import { configurationOf } from "../mesh/configuration-follower.ts";
import { nodeFiles } from "../sidecar/node-files.ts";
import type { Command } from "./command.ts";

/** Where the file has a problem, at that line. */
export const openConfiguration: Command = async ({ store, t }) => {
  const path = store.status?.configuration.path ?? nodeFiles(process.env).configuration;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const intro = `# ${t("Settings of this machine's node. It reads them when you save them.")}\n`;
  await writeFile(path, intro, { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const problem = configurationOf(store)?.problem;
  const line = problem?.line ?? null;
  const at = line === null ? undefined : new vscode.Position(line - 1, (problem?.column ?? 1) - 1);
  const options = at === undefined ? {} : { selection: new vscode.Range(at, at) };
  await vscode.window.showTextDocument(vscode.Uri.file(path), options);
};
