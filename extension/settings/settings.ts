import * as vscode from "vscode";
import type { SettingName, SettingValue } from "./declarations.ts";
import { validSetting } from "./valid-setting.ts";

/**
 * Reads a setting. A value of another type or beyond the limits, which a person can write by hand, counts as the default.
 *
 * @param scope the document, folder or language that it is read for, where these may differ
 */
export function readSetting<N extends SettingName>(name: N, scope?: vscode.ConfigurationScope): SettingValue<N> {
  return validSetting(name, vscode.workspace.getConfiguration(undefined, scope).get<unknown>(name));
}

/** Calls the listener when a setting below this part of their names has changed, such as `inferenceMesh.topology`. */
export const onSettingsChange = (part: `inferenceMesh.${string}`, listener: () => void): vscode.Disposable =>
  vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(part)) listener();
  });
