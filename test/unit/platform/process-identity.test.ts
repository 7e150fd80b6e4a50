import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";
import { identifyProcess, isSameProcessAlive } from "../../../sidecar/platform/process-identity.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Starts a process that waits until it is killed. */
async function start(command: string, ...args: string[]): Promise<{ child: ChildProcess; pid: number }> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  await once(child, "spawn");
  return { child, pid: child.pid ?? Number.NaN };
}

it("finds its own process alive", () => {
  const own = identifyProcess(process.pid);
  expect(own.pid).toBe(process.pid);
  expect(isSameProcessAlive(own)).toBe(true);
});

it("gives one process the same identity each time", () => {
  expect(identifyProcess(process.pid)).toEqual(identifyProcess(process.pid));
});

it("finds a child alive until it has ended", async () => {
  const { child, pid } = await start(process.execPath, "-e", "process.stdin.resume()");
  const identity = identifyProcess(pid);
  expect(isSameProcessAlive(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "close");
  expect(isSameProcessAlive(identity)).toBe(false);
});

it("finds a process without a known start time alive as long as its number is in use", async () => {
  const { child, pid } = await start(process.execPath, "-e", "process.stdin.resume()");
  expect(isSameProcessAlive({ pid, startTime: null })).toBe(true);
  child.kill("SIGKILL");
  await once(child, "close");
  expect(isSameProcessAlive({ pid, startTime: null })).toBe(false);
});

it("finds a number that was never given to a process not alive", () => {
  expect(isSameProcessAlive({ pid: 2 ** 31 - 1, startTime: null })).toBe(false);
});

it.each([0, -1])("finds %i, which is no process's number, not alive", (pid) => {
  expect(isSameProcessAlive({ pid, startTime: "some time" })).toBe(false);
});

describe.runIf(process.platform === "linux")("on Linux", () => {
  /** A process that has ended and that its parent never looks after; with what it was while it lived. */
  async function makeZombie() {
    const { child, pid: parent } = await start("/bin/sh", "-c", "sleep 600 & echo $!; exec sleep 600");
    if (child.stdout === null) throw new Error("no output");
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const living = identifyProcess(Number(line));
    expect(isSameProcessAlive(living)).toBe(true);
    // Another process's state has no event. Until it has become `sleep`, the shell still looks after its children.
    const state = (pid: number): string => readFileSync(`/proc/${pid}/stat`, "latin1");
    await expect.poll(() => state(parent)).toContain("(sleep)");
    process.kill(living.pid, "SIGKILL");
    await expect.poll(() => state(living.pid)).toMatch(/\) Z /);
    return living;
  }

  it("tells apart two processes that were given one number", () => {
    const { pid, startTime } = identifyProcess(process.pid);
    expect(isSameProcessAlive({ pid, startTime: `${startTime}0` })).toBe(false);
  });

  it("does not take the same number after another boot for the same process", () => {
    const { pid, startTime } = identifyProcess(process.pid);
    const ticks = startTime?.split(":")[1];
    expect(isSameProcessAlive({ pid, startTime: `00000000-0000-0000-0000-000000000000:${ticks}` })).toBe(false);
  });

  it("finds a zombie not alive", async () => {
    expect(isSameProcessAlive(await makeZombie())).toBe(false);
  });

  it("finds a zombie not alive either when it was first seen as one", async () => {
    const { pid } = await makeZombie();
    expect(isSameProcessAlive(identifyProcess(pid))).toBe(false);
  });

  it("reads a process whose name contains brackets and spaces", async () => {
    const title = "a) Z (b";
    const { child, pid } = await start(
      process.execPath,
      "-e",
      `process.title = ${JSON.stringify(title)}; console.log("ready"); process.stdin.resume()`,
    );
    if (child.stdout === null) throw new Error("no output");
    await once(child.stdout, "data");
    expect(readFileSync(`/proc/${pid}/stat`, "latin1")).toContain(`(${title})`);
    expect(isSameProcessAlive(identifyProcess(pid))).toBe(true);
  });
});
