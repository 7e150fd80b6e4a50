import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Processor time of these processes until now, in milliseconds: all threads, user and system. */
export function processorMs(pids: readonly number[]): number {
  return sum(pids.map((pid) => (ticksOf(pid) / ticksPerSecond) * 1000));
}

/** Memory that these processes hold now, shared pages counted in parts, in bytes. */
export function memoryBytes(pids: readonly number[]): number {
  return sum(
    pids.map((pid) => {
      const kibibytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"))?.[1];
      if (kibibytes === undefined) throw new Error(`The memory of process ${pid} is not told.`);
      return Number(kibibytes) * 1024;
    }),
  );
}

/** Source: proc_pid_stat(5), fields 14 (utime) and 15 (stime); field 2 may contain spaces and brackets. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
