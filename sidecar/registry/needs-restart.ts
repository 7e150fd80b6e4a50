import { isDeepStrictEqual } from "node:util";
import type { Configuration } from "./configuration.ts";

/** What counts from the next request on. Whatever is not named here is looked at when the node starts. */
const liveSettings: ReadonlySet<string> = new Set([
  "backends",
  "routing.strategy",
  "routing.privacy",
  "routing.virtualModelsMayUseCloud",
  "routing.mixArtifacts",
  "routing.retryBudgetPercent",
  "routing.aliases",
  "secrets.store",
]);

/** Settings that are other than the node has started with and do not count yet: `gateway.port`. */
export function needsRestart(started: Configuration, now: Configuration): string[] {
  return sections(started, now)
    .filter(([name, before, after]) => !liveSettings.has(name) && !isDeepStrictEqual(before, after))
    .map(([name]) => name);
}

function sections(started: Configuration, now: Configuration): [name: string, before: unknown, after: unknown][] {
  const pairs = Object.keys(started).flatMap((section) => {
    const before: unknown = started[section as keyof Configuration];
    const after: unknown = now[section as keyof Configuration];
    if (!isGroup(before) || !isGroup(after)) return [[section, before, after] as [string, unknown, unknown]];
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].map((key): [string, unknown, unknown] => [`${section}.${key}`, before[key], after[key]]);
  });
  return pairs;
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
