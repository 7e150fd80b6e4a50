import { readFileSync } from "node:fs";
import { totalmem } from "node:os";

/** Main memory that this process may use, in bytes: the machine's, or less where a container or a service is limited. */
export interface HostMemory {
  readonly totalBytes: number;
  /** What can be had without swapping. */
  readonly availableBytes: number;
}

/** The text of a file of the kernel; undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

export const readSystemFile: ReadText = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Absent, or not ours to read: not reported.
    return undefined;
  }
};

/** `/proc/meminfo`, narrowed by the limits of control groups; on other systems what Node.js knows. */
export function readHostMemory(read: ReadText = readSystemFile): HostMemory {
  const info = read("/proc/meminfo");
  const field = (name: string): number | undefined => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(info ?? "");
    return match?.[1] === undefined ? undefined : Number(match[1]) * 1024;
  };
  const machine = {
    totalBytes: field("MemTotal") ?? totalmem(),
    availableBytes: field("MemAvailable") ?? process.availableMemory(),
  };
  return limitsOf(read).reduce<HostMemory>(
    (memory, limit) => ({
      totalBytes: Math.min(memory.totalBytes, limit.totalBytes),
      availableBytes: Math.min(memory.availableBytes, limit.availableBytes),
    }),
    machine,
  );
}

interface GroupFiles {
  readonly root: string;
  readonly limit: string;
  readonly usage: string;
}
const unified: GroupFiles = { root: "/sys/fs/cgroup", limit: "memory.max", usage: "memory.current" };
const legacy: GroupFiles = {
  root: "/sys/fs/cgroup/memory",
  limit: "memory.limit_in_bytes",
  usage: "memory.usage_in_bytes",
};
/** "No limit" of version 1 is the largest number of pages, which no machine has. */
const unlimitedBytes = 2 ** 60;

/**
 * The limit of each control group from ours up to the root: the tightest of them holds. Inside a container its own group
 * is usually mounted as the root, and the path that the kernel tells does not exist there.
 */
function limitsOf(read: ReadText): HostMemory[] {
  const groups = read("/proc/self/cgroup")?.split("\n") ?? [];
  return groups.flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (controllers === "") return foldersUpTo(path).flatMap((folder) => limitOf(unified, folder, read));
    if (controllers?.split(",").includes("memory")) {
      return foldersUpTo(path).flatMap((folder) => limitOf(legacy, folder, read));
    }
    return [];
  });
}

/** `/a/b` → `/a/b`, `/a` and the root. */
function foldersUpTo(path: string): string[] {
  const parts = path.split("/").filter(Boolean);
  return Array.from({ length: parts.length + 1 }, (_, dropped) =>
    parts
      .slice(0, parts.length - dropped)
      .map((part) => `/${part}`)
      .join(""),
  );
}

function limitOf(files: GroupFiles, folder: string, read: ReadText): HostMemory[] {
  const number = (name: string): number => Number.parseInt(read(`${files.root}${folder}/${name}`) ?? "", 10);
  const totalBytes = number(files.limit);
  if (!(totalBytes < unlimitedBytes)) return [];
  // Cached file pages count as used, and are given up when somebody needs memory.
  const cached = /^inactive_file (\d+)$/m.exec(read(`${files.root}${folder}/memory.stat`) ?? "")?.[1] ?? "0";
  const usedBytes = Math.max(0, (number(files.usage) || 0) - Number(cached));
  return [{ totalBytes, availableBytes: Math.max(0, totalBytes - usedBytes) }];
}
