import { type SettingDeclaration, type SettingName, type SettingValue, settingDeclarations } from "./declarations.ts";

/** A setting as a person has written it, or its default where that is of another type, no option, or beyond the limits. */
export function validSetting<N extends SettingName>(name: N, written: unknown): SettingValue<N> {
  const declaration: SettingDeclaration = settingDeclarations[name];
  return (isValid(written, declaration) ? written : declaration.default) as SettingValue<N>;
}

function isValid(value: unknown, { default: fallback, minimum, maximum, enum: options }: SettingDeclaration): boolean {
  if (typeof value !== typeof fallback) return false;
  if (typeof value === "string") return options === undefined || options.includes(value);
  if (typeof value !== "number") return true;
  return Number.isInteger(value) && value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
}
