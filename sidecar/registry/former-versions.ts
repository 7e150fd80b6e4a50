import type { ConfigurationVersionSummary } from "../../contract/rpc/configuration.ts";
import { configurationChanges } from "./configuration-changes.ts";
import type { ConfigurationHistory } from "./configuration-history.ts";

/** What can be restored, newest first, with what that would change about `current`: the text that counts now is left out. */
export async function formerVersions(
  history: Pick<ConfigurationHistory, "list" | "read">,
  current: string,
): Promise<ConfigurationVersionSummary[]> {
  const versions: ConfigurationVersionSummary[] = [];
  for (const { id, at, bytes } of await history.list()) {
    // One may be pruned while it is read.
    const text = await history.read(id).catch(() => undefined);
    if (text === undefined || text === current) continue;
    versions.push({ id, at: at.toISOString(), bytes, changes: configurationChanges(current, text) });
  }
  return versions;
}
