import { realpath, stat } from "node:fs/promises";
import { writeFileAtomic } from "../platform/atomic-file.ts";
import type { Configuration } from "./configuration.ts";
import type { ConfigurationHistory } from "./configuration-history.ts";
import { type ConfigurationSource, parseConfiguration } from "./parse-configuration.ts";
import { readConfigurationText } from "./read-configuration.ts";

interface RestoreOptions extends ConfigurationSource {
  readonly history: Pick<ConfigurationHistory, "keep" | "read">;
}

/**
 * Puts a text of the history in place of whatever the file holds, which is kept: also when that is not valid. Whoever calls
 * is the only one who writes the file at this moment.
 *
 * @throws MeshError `configuration_version_unknown`, `configuration_invalid` where the text is not valid any more, `folder_unwritable`
 */
export async function restoreConfiguration(
  id: string,
  options: RestoreOptions,
): Promise<{ readonly text: string; readonly configuration: Configuration }> {
  const { path, history } = options;
  const text = await history.read(id);
  const { configuration } = parseConfiguration(text, options);
  const replaced = await readConfigurationText(path).catch(() => undefined);
  if (replaced !== undefined) await history.keep(replaced);
  await writeConfigurationText(path, text);
  // What was replaced may lie on top: it need not have counted.
  await history.keep(text);
  return { text, configuration };
}

/** A link stays a link, as people keep such files elsewhere; a new file is the person's alone. @throws MeshError `folder_unwritable` */
export async function writeConfigurationText(path: string, text: string): Promise<void> {
  const [target, mode] = await Promise.all([
    realpath(path).catch(() => path),
    stat(path).then(
      (found) => found.mode & 0o777,
      () => 0o600,
    ),
  ]);
  await writeFileAtomic(target, text, mode);
}
