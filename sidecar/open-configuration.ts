import { systemClock } from "./platform/clock.ts";
import type { Disposables } from "./platform/disposables.ts";
import type { Folders } from "./platform/folders.ts";
import { FileLog } from "./platform/log.ts";
import { configurationPath } from "./registry/configuration.ts";
import { ConfigurationFile } from "./registry/configuration-file.ts";
import { ConfigurationHistory } from "./registry/configuration-history.ts";
import { ConfigurationWatch } from "./registry/watch-configuration.ts";

interface OpenedConfiguration {
  /** One for all who edit it, so that their edits come one after another. */
  readonly configurationFile: ConfigurationFile;
  readonly configurationHistory: ConfigurationHistory;
  /** As loud as the configuration says. */
  readonly log: FileLog;
}

/** The configuration, followed from now on, and the log that tells what becomes of it. @throws MeshError `configuration_invalid` */
export async function openConfiguration(
  folders: Folders,
  { ground, resources }: { readonly ground: Disposables; readonly resources: Disposables },
): Promise<OpenedConfiguration> {
  let log: FileLog | undefined;
  const configurationHistory = new ConfigurationHistory({
    stateFolder: folders.state,
    today: () => Date.now(),
    onProblem: (reason) => log?.warn("configuration.notKept", { reason }),
  });
  const path = configurationPath(folders.config);
  const configurationFile = await ConfigurationFile.open({ path, env: process.env, history: configurationHistory });
  const opened = ground.add(new FileLog({ folder: folders.logs, level: configurationFile.configuration.log.level }));
  log = opened;
  configurationFile.onDidChange(() => opened.info("configuration.changed"));
  configurationFile.onDidChangeState(({ problem, needsRestart }) => {
    // Where, and not what: the reason quotes the file.
    if (problem !== null) opened.warn("configuration.invalid", { line: problem.line, column: problem.column });
    else opened.info("configuration.valid", { needsRestart: needsRestart.join(",") });
  });
  const onChange = (): Promise<void> => configurationFile.reload();
  resources.add(await ConfigurationWatch.start({ path, onChange, clock: systemClock }));
  return { configurationFile, configurationHistory, log: opened };
}
