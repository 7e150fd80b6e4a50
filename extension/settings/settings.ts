import * as vscode from "vscode";
import { type SettingName, settingDeclarations } from "./declarations.ts";

type Value<N extends SettingName> = (typeof settingDeclarations)[N]["default"] extends boolean ? boolean : string;

/** Reads a setting. A value of another type, which a person can write by hand, counts as the default. */
export function readSetting<N extends SettingName>(name: N): Value<N> {
  const fallback = settingDeclarations[name].default;
  const value = vscode.workspace.getConfiguration().get<unknown>(name);
  return (typeof value === typeof fallback ? value : fallback) as Value<N>;
}
