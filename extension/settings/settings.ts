import * as vscode from "vscode";
import { type SettingDeclaration, type SettingName, settingDeclarations } from "./declarations.ts";

type Declared<N extends SettingName> = (typeof settingDeclarations)[N]["default"];
type Value<N extends SettingName> =
  Declared<N> extends boolean ? boolean : Declared<N> extends number ? number : string;

/**
 * Reads a setting. A value of another type or beyond the limits, which a person can write by hand, counts as the default.
 *
 * @param scope the document, folder or language that it is read for, where these may differ
 */
export function readSetting<N extends SettingName>(name: N, scope?: vscode.ConfigurationScope): Value<N> {
  const declaration: SettingDeclaration = settingDeclarations[name];
  const value = vscode.workspace.getConfiguration(undefined, scope).get<unknown>(name);
  return (isValid(value, declaration) ? value : declaration.default) as Value<N>;
}

function isValid(value: unknown, { default: fallback, minimum, maximum }: SettingDeclaration): boolean {
  if (typeof value !== typeof fallback) return false;
  if (typeof value !== "number") return true;
  return Number.isInteger(value) && value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
}
