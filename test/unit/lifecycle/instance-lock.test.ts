import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { InstanceLock } from "../../../sidecar/lifecycle/instance-lock.ts";
import { identifyProcess } from "../../../sidecar/platform/process-identity.ts";
import { LockContender } from "../../support/lock-contender.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const path = (): string => folder.join("node.lock");
const contenders: LockContender[] = [];
afterEach(async () => {
  await Promise.all(contenders.splice(0).map((contender) => contender.kill()));
});

async function startContenders(count: number): Promise<LockContender[]> {
  const started = await Promise.all(Array.from({ length: count }, () => LockContender.start()));
  contenders.push(...started);
  return started;
}

function acquire(version = "1.0.0"): InstanceLock {
  const result = InstanceLock.acquire(path(), version);
  if (result instanceof InstanceLock) return result;
  throw new Error(`process ${result.pid} has the lock`);
}

/** A claim of a process that had a number now in use by another one. */
const staleClaim = JSON.stringify({ pid: process.pid, startTime: "long ago", version: "0.9.0" });

describe("a free lock", () => {
  it("is acquired, and names its holder", () => {
    acquire("1.2.3");
    expect(InstanceLock.readHolder(path())).toEqual({ ...identifyProcess(process.pid), version: "1.2.3" });
  });

  it("is one private file, and nothing else", () => {
    acquire();
    expect(readdirSync(folder.path)).toEqual(["node.lock"]);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it("has no holder", () => {
    expect(InstanceLock.readHolder(path())).toBeUndefined();
  });

  it("cannot be acquired in a folder that is missing", () => {
    expect(() => InstanceLock.acquire(folder.join("missing", "node.lock"), "1")).toThrow(
      expect.objectContaining({
        code: "folder_unwritable",
        params: { path: folder.join("missing"), reason: "ENOENT" },
      }),
    );
  });
});

describe("a lock that a live process has", () => {
  it("is not acquired again, by whatever version; the answer names the holder", () => {
    acquire("1.0.0");
    expect(InstanceLock.acquire(path(), "2.0.0")).toEqual({ ...identifyProcess(process.pid), version: "1.0.0" });
    expect(readdirSync(folder.path)).toEqual(["node.lock"]);
  });

  it("is free again once it is given up", () => {
    acquire().dispose();
    expect(readdirSync(folder.path)).toEqual([]);
    acquire();
  });

  it("is not acquired by another process until the first has ended, even by a crash", async () => {
    const [first, second] = await startContenders(2);
    if (first === undefined || second === undefined) throw new Error("two were started");
    expect(await first.acquire(path())).toBe(String(first.pid));
    expect(await second.acquire(path())).toBe(String(first.pid));
    await first.kill();
    contenders.splice(contenders.indexOf(first), 1);
    expect(await second.acquire(path())).toBe(String(second.pid));
  });
});

describe("a claim that nobody stands behind any more", () => {
  it.each([
    ["of a process number that has been reused", staleClaim],
    ["of a process that has ended", JSON.stringify({ pid: 2 ** 31 - 1, startTime: null, version: "1" })],
    ["that is empty", ""],
    ["that is cut off", '{"pid":1,"sta'],
    ["that is something else", "\0\0\0\0"],
    ["that lacks its number", '{"startTime":null,"version":"1"}'],
  ])("%s is taken over", (_name, claim) => {
    writeFileSync(path(), claim);
    acquire("2.0.0");
    expect(InstanceLock.readHolder(path())).toMatchObject({ pid: process.pid, version: "2.0.0" });
    expect(readdirSync(folder.path)).toEqual(["node.lock"]);
  });

  it("with a number that no process can have is taken over", () => {
    writeFileSync(path(), JSON.stringify({ pid: 0, startTime: "x", version: "1" }));
    acquire();
  });

  it("is taken over although an earlier takeover has died in the middle", () => {
    writeFileSync(path(), staleClaim);
    mkdirSync(`${path()}.recovery`);
    const aMinuteAgo = Date.now() / 1000 - 60;
    utimesSync(`${path()}.recovery`, aMinuteAgo, aMinuteAgo);
    acquire();
    expect(readdirSync(folder.path)).toEqual(["node.lock"]);
  });

  it("is won by exactly one of several processes that race for it, and all others name the winner", async () => {
    const racing = await startContenders(6);
    const pids = racing.map((contender) => String(contender.pid));
    for (let round = 0; round < 25; round++) {
      const contested = folder.join(`round-${round}.lock`);
      writeFileSync(contested, round % 2 === 0 ? staleClaim : "garbage");
      const answers = await Promise.all(racing.map((contender) => contender.acquire(contested)));
      expect(new Set(answers).size, `round ${round}: ${answers}`).toBe(1);
      expect(pids).toContain(answers[0]);
      expect(InstanceLock.readHolder(contested)?.pid).toBe(Number(answers[0]));
    }
    expect(readdirSync(folder.path).filter((name) => !name.endsWith(".lock"))).toEqual([]);
  });
});

describe("giving up", () => {
  it("leaves the claim of somebody else alone", () => {
    const lock = acquire();
    const other = JSON.stringify({ pid: 1, startTime: null, version: "2.0.0" });
    writeFileSync(path(), other);
    lock.dispose();
    expect(readFileSync(path(), "utf8")).toBe(other);
  });

  it("may happen twice", () => {
    const lock = acquire();
    lock.dispose();
    lock.dispose();
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
