import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the system says it started, in the system's own form; null where that cannot be known. */
  readonly startTime: string | null;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startTime: processStartTime(pid) };
}

const ended = "ended";

/** False when the process has ended, or its number now belongs to another one. */
export function isSameProcessAlive(identity: ProcessIdentity): boolean {
  // 0 and below name groups of processes.
  if (identity.pid <= 0) return false;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // EPERM: it exists and is someone else's.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const startTime = processStartTime(identity.pid);
  if (startTime === ended) return false;
  return startTime === null || identity.startTime === null || startTime === identity.startTime;
}

function processStartTime(pid: number): string | null {
  try {
    if (process.platform === "linux") {
      // proc(5): the fields after the command's closing bracket; 22 (start, in clock ticks since boot) and 3 (state).
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // A zombie has ended; only its parent has not looked yet.
      if (fields[0] === "Z") return ended;
      const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
      return `${bootId}:${fields[19] ?? ""}`;
    }
    if (process.platform === "darwin") {
      return execFileSync("/bin/ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
    }
    return null;
  } catch {
    return null;
  }
}
