import { mkdirSync, rmdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { InstanceLock } from "../../../sidecar/lifecycle/instance-lock.ts";
import { identifyProcess } from "../../../sidecar/platform/process-identity.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

/** What other processes do between two system calls of this one: after a file has been read, or looked at. */
const others = vi.hoisted(() => ({
  beforeRead: (_path: string): void => undefined,
  afterRead: (_path: string): void => undefined,
  afterStat: (_path: string): void => undefined,
}));
vi.mock("node:fs", async (importOriginal) => {
  const fs = await importOriginal<typeof import("node:fs")>();
  const around = <A extends unknown[], R>(call: (...args: A) => R, after: (path: string) => void) =>
    ((...args: A): R => {
      try {
        return call(...args);
      } finally {
        after(String(args[0]));
      }
    }) as typeof call;
  const read = (...args: Parameters<typeof fs.readFileSync>): ReturnType<typeof fs.readFileSync> => {
    others.beforeRead(String(args[0]));
    return fs.readFileSync(...args);
  };
  return {
    ...fs,
    readFileSync: around(read, (path) => others.afterRead(path)),
    statSync: around(fs.statSync, (path) => others.afterStat(path)),
  };
});

const nothing = (): void => undefined;
afterEach(() => void Object.assign(others, { beforeRead: nothing, afterRead: nothing, afterStat: nothing }));

const folder = useTemporaryFolder();
const staleClaim = JSON.stringify({ pid: process.pid, startTime: "long ago", version: "0.9.0" });
const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

it("does not remove the claim of a process that has just taken over the same stale lock", () => {
  const path = folder.join("node.lock");
  writeFileSync(path, staleClaim);
  const other = { ...identifyProcess(process.ppid), version: "1.0.0" };
  let hasHappened = false;
  // A third process has removed the stale claim; and while this one looks for it, the other one makes its own.
  others.beforeRead = (read) => {
    if (read === path && isThere(`${path}.recovery`) && !hasHappened) rmSync(path);
  };
  others.afterRead = (read) => {
    if (read !== path || isThere(path) || hasHappened) return;
    hasHappened = true;
    writeFileSync(path, JSON.stringify(other));
  };
  const result = InstanceLock.acquire(path, "1.0.0");
  expect(hasHappened).toBe(true);
  expect(result).toEqual(other);
});

it("goes on when another process removes the traces of a dead takeover first", () => {
  const path = folder.join("node.lock");
  const guard = `${path}.recovery`;
  writeFileSync(path, staleClaim);
  mkdirSync(guard);
  const aMinuteAgo = Date.now() / 1000 - 60;
  utimesSync(guard, aMinuteAgo, aMinuteAgo);
  let hasHappened = false;
  others.afterStat = (looked) => {
    if (looked !== guard || hasHappened) return;
    hasHappened = true;
    rmdirSync(guard);
  };
  expect(InstanceLock.acquire(path, "1.0.0")).toBeInstanceOf(InstanceLock);
});
