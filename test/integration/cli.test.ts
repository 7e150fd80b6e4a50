import { once } from "node:events";
import { access, chmod, copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { cliProgram, eventually, finish, isAlive, isGone, TestNode } from "../support/test-node.ts";

let node: TestNode;
beforeEach(async () => {
  node = await TestNode.create({ models: [inject("models").tiny] });
});
afterEach(() => node.dispose());

/** Runs the node in the foreground; resolves when it says that it serves. */
async function serve(): Promise<{ pid: number; ended: ReturnType<typeof finish> }> {
  const child = node.spawnCli(["serve"]);
  const ended = finish(child);
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (data: Buffer) => data.includes("Press Ctrl+C") && resolve());
    child.once("exit", () => reject(new Error("serve ended")));
  });
  return { pid: child.pid ?? 0, ended };
}

describe("start", () => {
  it("shows a sample answer, the address, the key's place, the model and a command to paste", async () => {
    const { code, stdout } = await node.cli("start", "--once");
    expect(code).toBe(0);
    expect(stdout).toMatch(/> What is this\?\n\S.{40,}/);
    expect(stdout).toMatch(/Gateway {2}http:\/\/127\.0\.0\.1:\d+\/v1/);
    expect(stdout).toContain(join(node.folders.state, "gateway.key"));
    expect(stdout).toContain("curl");
    expect(stdout).not.toContain(node.key);
  });

  it("prints a command that works when it is pasted, without showing the key to other users", async () => {
    const child = node.spawnCli(["start"]);
    let output = "";
    child.stdout?.on("data", (data) => {
      output += data;
    });
    expect(await eventually(() => output.includes("Press Ctrl+C"))).toBe(true);
    const command = /Try\s+(.+)/.exec(output)?.[1] ?? "";
    const { spawn } = await import("node:child_process");
    const pasted = await finish(spawn("sh", ["-c", command]));
    expect(pasted.stdout).toContain('"delta":{"role":"assistant"');
    expect(pasted.stdout.trim().endsWith("data: [DONE]")).toBe(true);
    child.kill("SIGINT");
    await once(child, "close");
  });

  it("ends every process that it has started at Ctrl+C, and says so", async () => {
    const child = node.spawnCli(["start"]);
    const ended = finish(child);
    let output = "";
    child.stdout?.on("data", (data) => {
      output += data;
    });
    expect(await eventually(() => output.includes("Press Ctrl+C"))).toBe(true);
    const { pid } = await statusOf();
    const engines = node.enginePids(pid);
    expect(engines.length).toBeGreaterThan(0);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(stderr).toContain("Stopped.");
    expect(code).toBe(0);
    expect([pid, ...engines].filter(isAlive)).toEqual([]);
    expect(node.leftovers()).toEqual([]);
  });

  it("leaves a node that others use to them, and says so", async () => {
    const child = node.spawnCli(["start"]);
    const ended = finish(child);
    expect(await eventually(async () => (await node.connect().catch(() => undefined)) !== undefined)).toBe(true);
    const { pid } = await node.status();
    child.kill("SIGINT");
    const { stderr } = await ended;
    expect(stderr).toMatch(/keeps running for them/);
    expect(isAlive(pid)).toBe(true);
  });

  it("leaves a node that was told to keep serving", async () => {
    const child = node.spawnCli(["start"]);
    const ended = finish(child);
    let output = "";
    child.stdout?.on("data", (data) => {
      output += data;
    });
    expect(await eventually(() => output.includes("Press Ctrl+C"))).toBe(true);
    expect((await node.cli("serve")).code).toBe(0);
    const { pid } = await statusOf();
    child.kill("SIGINT");
    expect((await ended).stderr).toContain("told to keep serving");
    expect(isAlive(pid)).toBe(true);
  });

  it("joins a node that already runs, and leaves it running", async () => {
    const { pid, ended } = await serve();
    const { stderr } = await node.cli("start", "--once");
    expect(stderr).toContain("already running");
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGTERM");
    expect((await ended).code).toBe(0);
  });
});

describe("a serving node", () => {
  it("is told about, loaded, asked and unloaded, and stopped from the command line", async () => {
    const { pid, ended } = await serve();
    const status = await node.cli("status");
    expect(status.stdout).toContain(`process ${pid}`);
    expect(status.stdout).toContain("stays until it is stopped");
    const json = await node.cli("status", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ pid, keepsServing: true });

    expect((await node.cli("models")).stdout).toMatch(/tiny {2}available/);
    expect((await node.cli("load", "tiny")).stdout).toMatch(/tiny {2}loaded/);
    await copyFile(inject("models").tiny, join(node.home, "extra.gguf"));
    expect((await node.cli("load", join(node.home, "extra.gguf"))).stdout).toMatch(/extra {2}loaded/);
    expect((await node.cli("unload", "extra")).stdout).toMatch(/extra {2}available/);

    const chat = await node.cli("chat", "--model", "mesh-guide-demo", "What is this?");
    expect(chat.code).toBe(0);
    expect(chat.stdout.length).toBeGreaterThan(40);

    expect((await node.cli("stop")).code).toBe(0);
    expect((await ended).code).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(node.leftovers()).toEqual([]);
  });

  it("talks over several lines of input", async () => {
    const child = node.spawnCli(["chat", "-m", "mesh-guide-demo"]);
    child.stdin?.end("What is this?\nthanks\n");
    const { code, stdout } = await finish(child);
    expect(code).toBe(0);
    expect(stdout.trim().split("\n").filter(Boolean).length).toBeGreaterThanOrEqual(2);
  });

  it("refuses a second one: it makes the first one stay", async () => {
    await node.attach();
    const { pid } = await node.status();
    const second = await node.cli("serve");
    expect(second.code).toBe(0);
    expect(second.stderr).toContain(`process ${pid}`);
    expect((await node.status()).keepsServing).toBe(true);
  });

  it("dies with its terminal, and takes its engines along", async () => {
    const { pid } = await serve();
    await node.cli("load", "tiny");
    const engines = node.enginePids(pid);
    process.kill(pid, "SIGHUP");
    expect(await isGone(pid)).toBe(true);
    expect(engines.filter(isAlive)).toEqual([]);
  });
});

describe("what goes wrong", () => {
  it("does not talk to a socket in a folder that others can enter", async () => {
    await node.attach();
    await chmod(node.folders.runtime, 0o755);
    const { code, stderr } = await node.cli("status");
    await chmod(node.folders.runtime, 0o700);
    expect(code).toBe(1);
    expect(stderr).toContain("is not safe to use");
  });

  it("chats again after an engine has crashed", async () => {
    await node.attach();
    await node.cli("load", "mesh-guide-demo");
    const { pid } = await node.status();
    for (const engine of node.enginePids(pid)) process.kill(engine, "SIGKILL");
    const { code, stdout } = await node.cli("chat", "-m", "mesh-guide-demo", "What is this?");
    expect(code).toBe(0);
    expect(stdout).toContain("Inference Mesh");
  });

  it("ends quietly when its reader has gone", async () => {
    const { spawn } = await import("node:child_process");
    const piped = await finish(
      spawn("sh", ["-c", `"${process.execPath}" "${cliProgram}" help | true`], { env: node.env }),
    );
    expect(piped.stderr).toBe("");
  });

  it("says that no node runs, and how to start one", async () => {
    for (const command of [["status"], ["load", "tiny"], ["unload", "tiny"], ["stop"]]) {
      const { code, stderr } = await node.cli(...command);
      expect(code).toBe(1);
      expect(stderr).toContain("inference-mesh serve");
    }
  });

  it("forgets a file that was added by path, and keeps the file; others it does not touch", async () => {
    await node.attach();
    const path = join(node.home, "extra.gguf");
    await copyFile(inject("models").tiny, path);
    await node.cli("load", path);
    expect((await node.cli("models")).stdout).toContain("extra");
    expect((await node.cli("forget", "extra")).stdout).toContain(path);
    expect((await node.cli("models")).stdout).not.toContain("extra");
    await access(path);
    expect((await node.cli("forget", "tiny")).stderr).toContain("delete it instead");
    expect((await node.cli("forget", "mesh-guide-demo")).stderr).toContain("stays there");
    expect((await node.cli("forget", "extra")).stderr).toContain("does not exist here");
    expect((await node.cli("forget")).code).toBe(2);
  });

  it("names what exists when a model does not", async () => {
    const { code, stderr } = await node.cli("chat", "--model", "none", "hi");
    expect(code).toBe(1);
    expect(stderr).toContain("mesh-guide-demo, tiny");
  });

  it("explains wrong words and flags", async () => {
    expect((await node.cli("lod")).code).toBe(2);
    expect((await node.cli("load")).code).toBe(2);
    const flag = await node.cli("status", "--jsn");
    expect(flag.code).toBe(2);
    expect(flag.stderr).toContain("--help");
  });

  it("shows help and version", async () => {
    expect((await node.cli("help")).stdout).toContain("serve");
    expect((await node.cli("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await node.cli("load", "--help")).stdout).toContain(".gguf");
  });

  it("does not let a model's name write into the terminal", async () => {
    await copyFile(inject("models").tiny, join(node.folders.models, "evil\u001b[2J\u202egnp.gguf"));
    const { stdout } = await node.cli("models");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("\u202e");
    expect(stdout).toContain("evil");
  });
});

describe("doctor", () => {
  it("finds nothing wrong with a fresh machine", async () => {
    const { code, stdout } = await node.cli("doctor");
    expect(stdout).toContain("Everything that is needed works.");
    expect(code).toBe(0);
  });

  it("says what is wrong with the configuration, and what to do", async () => {
    await writeFile(join(node.folders.config, "config.yaml"), "gateway: { port: many }\n");
    const { code, stdout } = await node.cli("doctor");
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL +Configuration .*config\.yaml/);
    expect(stdout).toContain("→");
  });
});

async function statusOf() {
  const connection = await node.connect();
  const status = await node.status();
  connection.dispose();
  return status;
}
