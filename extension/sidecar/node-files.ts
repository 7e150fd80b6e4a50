import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Two of the node's files, for when no node runs that could say where they are: the rule of docs/FILES.md. */
export function nodeFiles(env: NodeJS.ProcessEnv): { readonly configuration: string; readonly log: string } {
  const place = (name: string, xdg: string | undefined, fallback: string): string =>
    env.INFERENCE_MESH_HOME
      ? join(env.INFERENCE_MESH_HOME, name)
      : join(xdg || join(homedir(), fallback), "inference-mesh");
  return {
    configuration: join(place("config", env.XDG_CONFIG_HOME, ".config"), "config.yaml"),
    log: join(place("state", env.XDG_STATE_HOME, ".local/state"), "logs", "node.log"),
  };
}

/** The last lines of a log, or why it cannot be read. */
export async function endOfLog(path: string, maxBytes: number): Promise<string> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const position = Math.max(0, size - maxBytes);
    const { buffer, bytesRead } = await file.read({ position, buffer: Buffer.alloc(Math.min(size, maxBytes)) });
    const text = buffer.toString("utf8", 0, bytesRead).trimEnd();
    // The first line is cut somewhere, unless it is the file's first.
    return position === 0 ? text : text.slice(text.indexOf("\n") + 1);
  } catch (error) {
    return String(error);
  }
}
