import type { ConfigurationFile } from "../registry/configuration-file.ts";
import type { ConfigurationHistory } from "../registry/configuration-history.ts";
import { formerVersions } from "../registry/former-versions.ts";
import type { RequestHandlers } from "./session.ts";

export interface ConfigurationAccess {
  readonly file: ConfigurationFile;
  readonly history: ConfigurationHistory;
}

type ConfigurationHandlers = Pick<
  RequestHandlers,
  "configurationHistory" | "configurationVersion" | "configurationRestore"
>;

/** Calls about the configuration file and its former texts. */
export function createConfigurationHandlers({
  configuration: { file, history },
}: {
  readonly configuration: ConfigurationAccess;
}): ConfigurationHandlers {
  return {
    configurationHistory: async () => ({ path: file.path, versions: await formerVersions(history, file.text) }),
    configurationVersion: async ({ id }) => ({ text: await history.read(id) }),
    configurationRestore: async ({ id }) => {
      await file.restore(id);
      return { configuration: file.state };
    },
  };
}
