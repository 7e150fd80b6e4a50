import * as vscode from "vscode";
import { extensionId } from "../driver/extension-id.ts";

export interface Manifest {
  readonly main: string;
  readonly version: string;
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

/** The extension under test, as the editor knows it. */
export function thisExtension(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension(extensionId);
  if (extension === undefined) throw new Error(`The editor has no extension ${extensionId}.`);
  return extension;
}

export const manifestOf = (extension: vscode.Extension<unknown>): Manifest => extension.packageJSON as Manifest;

/** The commands of ours that are registered now, without those that the editor makes for every view. */
export async function registeredCommands(): Promise<string[]> {
  const all = await vscode.commands.getCommands(true);
  return all.filter((name) => /^inferenceMesh\.\w+$/.test(name)).sort();
}
