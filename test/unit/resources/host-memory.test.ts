import { describe, expect, it } from "vitest";
import { readHostMemory } from "../../../sidecar/resources/host-memory.ts";

const gibi = 2 ** 30;
const meminfo = `MemTotal:       ${16 * 2 ** 20} kB\nMemFree:         1000 kB\nMemAvailable:   ${10 * 2 ** 20} kB\n`;

/** The kernel's files of some machine. */
const machine = (files: Record<string, string>) => (path: string) =>
  path === "/proc/meminfo" && !(path in files) ? meminfo : files[path];

describe("the memory of a machine", () => {
  it("is what the kernel calls available, not what is free", () => {
    expect(readHostMemory(machine({}))).toEqual({ totalBytes: 16 * gibi, availableBytes: 10 * gibi });
  });

  it("is what a control group allows, where that is less", () => {
    const read = machine({
      "/proc/self/cgroup": "0::/user.slice/mesh.service\n",
      "/sys/fs/cgroup/user.slice/mesh.service/memory.max": `${4 * gibi}\n`,
      "/sys/fs/cgroup/user.slice/mesh.service/memory.current": `${3 * gibi}\n`,
      "/sys/fs/cgroup/user.slice/mesh.service/memory.stat": `anon 1\ninactive_file ${2 * gibi}\nfile 3\n`,
    });
    expect(readHostMemory(read)).toEqual({ totalBytes: 4 * gibi, availableBytes: 3 * gibi });
  });

  it("is what the tightest of the groups above allows", () => {
    const read = machine({
      "/proc/self/cgroup": "0::/a/b",
      "/sys/fs/cgroup/a/b/memory.max": "max",
      "/sys/fs/cgroup/a/memory.max": `${2 * gibi}`,
      "/sys/fs/cgroup/a/memory.current": `${gibi / 2}`,
    });
    expect(readHostMemory(read)).toEqual({ totalBytes: 2 * gibi, availableBytes: 1.5 * gibi });
  });

  it("is what a container allows, whose own group is mounted as the root", () => {
    const read = machine({
      "/proc/self/cgroup": "0::/docker/0123",
      "/sys/fs/cgroup/memory.max": `${gibi}`,
      "/sys/fs/cgroup/memory.current": `${2 * gibi}`,
    });
    expect(readHostMemory(read)).toEqual({ totalBytes: gibi, availableBytes: 0 });
  });

  it("follows groups of version 1, whose largest number means no limit", () => {
    const limited = machine({
      "/proc/self/cgroup": "5:cpu:/x\n4:memory:/box\n",
      "/sys/fs/cgroup/memory/box/memory.limit_in_bytes": `${8 * gibi}`,
      "/sys/fs/cgroup/memory/box/memory.usage_in_bytes": `${5 * gibi}`,
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
    });
    expect(readHostMemory(limited)).toEqual({ totalBytes: 8 * gibi, availableBytes: 3 * gibi });
  });

  it("is known on every system that Node.js runs on", () => {
    const { totalBytes, availableBytes } = readHostMemory(() => undefined);
    expect(totalBytes).toBeGreaterThan(0);
    expect(availableBytes).toBeGreaterThan(0);
  });
});
