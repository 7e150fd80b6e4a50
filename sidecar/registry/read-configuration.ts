import { open } from "node:fs/promises";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { errorReason } from "../platform/error-reason.ts";
import { type Configuration, configurationPath } from "./configuration.ts";
import { parseConfiguration } from "./parse-configuration.ts";

/** Larger than 256 servers with all their settings; reading more would hold up everything else. */
export const maxConfigurationBytes = 1024 * 1024;

/** Reads the node's settings. A missing or empty file means the defaults. @throws MeshError `configuration_invalid` */
export async function readConfiguration(configFolder: string, env: NodeJS.ProcessEnv): Promise<Configuration> {
  const path = configurationPath(configFolder);
  return parseConfiguration((await readConfigurationText(path)) ?? "", { path, env }).configuration;
}

/** The file as it is; undefined when there is none. @throws MeshError `configuration_invalid` */
export async function readConfigurationText(path: string): Promise<string | undefined> {
  const invalid = (problem: string, cause?: unknown): MeshError =>
    new MeshError("configuration_invalid", { path, problem }, { cause });
  let bytes: Buffer;
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    if (size > maxConfigurationBytes) throw invalid(`it is larger than ${maxConfigurationBytes} bytes`);
    bytes = await file.readFile();
  } catch (cause) {
    if (cause instanceof MeshError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw invalid(errorReason(cause), cause);
  }
  try {
    // What cannot be read exactly could not be written back either.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw invalid("it is not UTF-8", cause);
  }
}
