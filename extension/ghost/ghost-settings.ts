import * as vscode from "vscode";
import { readSetting } from "../settings/settings.ts";
import type { GhostSettings } from "./ghost-text.ts";

const enabled = "inferenceMesh.ghostText.enabled";

/** What is set for one document, by its folder and its language. */
export function ghostSettings(document: vscode.TextDocument): GhostSettings {
  return {
    model: readSetting("inferenceMesh.ghostText.model", document).trim(),
    debounceMs: readSetting("inferenceMesh.ghostText.debounceMs", document),
    deadlineMs: readSetting("inferenceMesh.ghostText.deadlineMs", document),
    maxTokens: readSetting("inferenceMesh.ghostText.maxTokens", document),
    isOneLine: readSetting("inferenceMesh.ghostText.oneLine", document),
  };
}

/** Whether ghost text is on for a document, or for a language wherever it is written. */
export const isOn = (scope: vscode.TextDocument | { readonly languageId: string }): boolean =>
  readSetting(enabled, scope);

/** Whether it is on for anything at all: then the editor is to ask us. */
export function isOnSomewhere(): boolean {
  const folders = [undefined, ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri)];
  return folders.some((uri) => {
    const languages = vscode.workspace.getConfiguration(undefined, uri).inspect(enabled)?.languageIds ?? [];
    const at = uri === undefined ? {} : { uri };
    return readSetting(enabled, uri) || languages.some((languageId) => readSetting(enabled, { ...at, languageId }));
  });
}

/** Turns it on or off for one language, where that was decided before: for this workspace, or for all. */
export async function setForLanguage(languageId: string, value: boolean): Promise<void> {
  const settings = vscode.workspace.getConfiguration(undefined, { languageId });
  const isOfWorkspace = settings.inspect(enabled)?.workspaceLanguageValue !== undefined;
  await settings.update(enabled, value, targetOf(isOfWorkspace), true);
}

/** Turns it on or off for all languages, and forgets what was decided for single ones. */
export async function setForAll(value: boolean): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const found = settings.inspect(enabled);
  for (const languageId of found?.languageIds ?? []) {
    const own = vscode.workspace.getConfiguration(undefined, { languageId });
    const { globalLanguageValue, workspaceLanguageValue } = own.inspect(enabled) ?? {};
    if (globalLanguageValue !== undefined) await own.update(enabled, undefined, targetOf(false), true);
    if (workspaceLanguageValue !== undefined) await own.update(enabled, undefined, targetOf(true), true);
  }
  await settings.update(enabled, value, targetOf(found?.workspaceValue !== undefined));
}

const targetOf = (isOfWorkspace: boolean): vscode.ConfigurationTarget =>
  isOfWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
