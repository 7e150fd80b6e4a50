import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { nodeFiles } from "../sidecar/node-files.ts";
import type { Command } from "./command.ts";

export const openConfiguration: Command = async ({ store, t }) => {
  const folder = store.status?.folders.config;
  const path = folder === undefined ? nodeFiles(process.env).configuration : join(folder, "config.yaml");
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const intro = `# ${t("Settings of this machine's node. It reads them when it starts.")}\n`;
  await writeFile(path, intro, { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await vscode.window.showTextDocument(vscode.Uri.file(path));
};
