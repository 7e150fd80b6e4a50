import { readdirSync, readFileSync } from "node:fs";
import { isAlive } from "../../support/test-node.ts";

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/** Every process that runs with this node home: servers, extension hosts, the node and its engines. Linux only. */
export function processesOf(home: string): RunningProcess[] {
  const mark = `INFERENCE_MESH_HOME=${home}`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isAlive(pid) && environmentOf(pid).includes(mark))
    .map((pid) => ({ pid, command: read(pid, "cmdline").replaceAll("\0", " ").slice(0, 200) }));
}

function environmentOf(pid: number): string[] {
  return read(pid, "environ").split("\0");
}

/** Empty when the process has ended meanwhile, or is another user's. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
