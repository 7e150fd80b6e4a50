import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";

/** More than a line of names says no more. */
const maxNames = 50;

/**
 * The settings in which two texts differ, by name: `gateway.port`, `backends.workstation`, `routing.aliases.fast`. Compared
 * as they are written, so that no value of the environment comes into it.
 */
export function configurationChanges(before: string, after: string): string[] {
  const [from, to] = [settingsOf(before), settingsOf(after)];
  if (from === undefined || to === undefined) return ["the whole file"];
  const names = new Set([...from.keys(), ...to.keys()]);
  return [...names].filter((name) => !isDeepStrictEqual(from.get(name), to.get(name))).slice(0, maxNames);
}

/** Each setting by its name; undefined where the text is no settings at all. */
function settingsOf(text: string): Map<string, unknown> | undefined {
  let content: unknown;
  try {
    const document = parseDocument(text, { logLevel: "silent" });
    content = document.errors.length > 0 ? undefined : (document.toJS() ?? {});
  } catch {
    return undefined;
  }
  if (!isMap(content)) return undefined;
  const settings = new Map<string, unknown>();
  for (const [section, value] of Object.entries(content)) {
    if (section === "backends" && Array.isArray(value)) addBackends(settings, value);
    else if (!isMap(value)) settings.set(section, value);
    else addGroup(settings, section, value);
  }
  return settings;
}

function addBackends(settings: Map<string, unknown>, entries: readonly unknown[]): void {
  for (const [index, entry] of entries.entries()) {
    settings.set(`backends.${isMap(entry) ? String(entry.id ?? index) : index}`, entry);
  }
}

function addGroup(settings: Map<string, unknown>, name: string, group: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(group)) {
    // What people name themselves is told one by one.
    const isNamed = name === "routing" && key === "aliases" && isMap(value);
    if (isNamed) addGroup(settings, `${name}.${key}`, value);
    else settings.set(`${name}.${key}`, value);
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
