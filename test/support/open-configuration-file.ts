import { ConfigurationFile } from "../../sidecar/registry/configuration-file.ts";

/** A configuration file as a node opens it, without a history. */
export const openConfigurationFile = async (path: string, env: NodeJS.ProcessEnv = {}): Promise<ConfigurationFile> =>
  await ConfigurationFile.open({
    path,
    env,
    history: {
      keep: async () => undefined,
      read: async () => {
        throw new Error("nothing is kept here");
      },
    },
  });
