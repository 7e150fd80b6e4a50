import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import type { TopologyPatch } from "../../contract/mesh/topology.ts";
import { modelsLoad } from "../../contract/rpc/models.ts";
import { topologyPatch, topologySubscribe, topologyUnsubscribe } from "../../contract/rpc/topology.ts";
import { NvidiaSmi } from "../../sidecar/resources/nvidia-smi.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { placeStandInNvidiaSmi, type StandInBehaviour } from "../support/stand-in-nvidia-smi.ts";
import { useTemporaryFolder } from "../support/temporary-folder.ts";
import { eventually, isAlive, isGone, TestNode } from "../support/test-node.ts";

const folder = useTemporaryFolder();

describe("a node, with a stand-in for nvidia-smi", () => {
  let node: TestNode;
  beforeEach(async () => {
    node = await TestNode.create({ models: [inject("models").tiny] });
    node.env.PATH = placeStandInNvidiaSmi(folder.path, "reports");
  });
  afterEach(() => node.dispose());

  /** Process numbers of the node's children that are no engines. */
  const tools = (pid: number): number[] =>
    node.childPids(pid).filter((child) => readFileSync(`/proc/${child}/cmdline`, "latin1").includes("nvidia-smi"));

  it("tells whoever watches of its processor, memory and GPU, by one process that ends with the last watcher", async () => {
    const { connection } = await node.attach();
    const { pid } = await node.status();
    expect(tools(pid)).toEqual([]);
    const patches: TopologyPatch[] = [];
    connection.on(topologyPatch, (patch) => patches.push(patch));
    await connection.request(topologySubscribe, {});
    const figures = () => patches.flatMap((patch) => patch.putNodes).findLast((each) => each.kind === "node")?.hardware;
    expect(await eventually(() => (figures()?.gpus?.length ?? 0) > 0)).toBe(true);
    expect(figures()?.gpus).toEqual([
      expect.objectContaining({ name: "Stand-in GPU", memoryTotalBytes: 81_920 * 2 ** 20 }),
    ]);
    expect(figures()?.cpu.cores).toBeGreaterThan(0);
    expect(figures()?.memory.availableBytes).toBeGreaterThan(0);

    const second = await node.connect();
    await second.request(topologySubscribe, {});
    const [tool, ...more] = tools(pid);
    expect(more).toEqual([]);
    await connection.request(topologyUnsubscribe, {});
    expect(isAlive(tool ?? 0)).toBe(true);
    second.dispose();
    expect(await isGone(tool ?? 0)).toBe(true);
    expect(tools(pid)).toEqual([]);
  });

  it("takes the process with it when it ends, and holds nothing then", async () => {
    const { connection } = await node.attach();
    await connection.request(topologySubscribe, {});
    const { pid } = node;
    expect(await eventually(() => tools(pid).length === 1)).toBe(true);
    const [tool = 0] = tools(pid);
    process.kill(pid, "SIGTERM");
    expect(await isGone(pid)).toBe(true);
    expect(await isGone(tool)).toBe(true);
    expect(node.log).toContain('"event":"node.ended"');
    expect(node.log).toContain('"activeResources":""');
  });

  it("shows all figures in its status, and what a loaded model holds", async () => {
    const { connection } = await node.attach();
    await connection.request(modelsLoad, { model: "tiny" });
    const { stdout } = await node.cli("status");
    expect(stdout).toMatch(/^Machine +\d+ cores, \d+ % busy \(.+\)$/m);
    expect(stdout).toMatch(/^ +[\d.]+ GB of [\d.]+ GB of memory available$/m);
    expect(stdout).toMatch(/^ +GPU: Stand-in GPU, 21\.5 GB used of 85\.9 GB, 37 % busy, 41 °C, 121 W$/m);
    expect(stdout).toMatch(/tiny {2}loaded .* MB of memory, unloaded at \d\d:\d\d unless it is used/);
  });
});

describe("nvidia-smi, with a stand-in that", () => {
  const savedPath = process.env.PATH;
  let clock: ManualClock;
  let log: RecordingLog;
  let tool: NvidiaSmi;

  function place(behaviour: StandInBehaviour): void {
    process.env.PATH = placeStandInNvidiaSmi(folder.path, behaviour);
    [clock, log] = [new ManualClock(), new RecordingLog()];
    tool = new NvidiaSmi({ clock, log, intervalMs: 2000 });
  }
  afterEach(async () => {
    await tool.dispose();
    expect(clock.pending).toBe(0);
    process.env.PATH = savedPath;
  });
  const change = () =>
    new Promise<void>((resolve) => {
      const listening = tool.onDidChange(() => {
        listening.dispose();
        resolve();
      });
    });

  it.each(["hangs", "prints garbage"] as const)(
    "%s, is killed after a while of silence, and asked again later",
    async (how) => {
      place(how);
      tool.watch();
      expect(tool.gpus).toBeNull();
      const ended = change();
      clock.advance(10_000);
      await ended;
      expect(tool.gpus).toEqual([]);
      expect(log.records.map((record) => record.event)).toEqual(["nvidiaSmi.ended"]);
      placeStandInNvidiaSmi(folder.path, "reports");
      const reported = change();
      clock.advance(60_000);
      await reported;
      expect(tool.gpus).toHaveLength(1);
    },
  );

  it("fails, leaves no GPU and is left alone for a while", async () => {
    place("fails");
    expect(await tool.look()).toEqual([]);
    placeStandInNvidiaSmi(folder.path, "reports");
    expect(await tool.look()).toEqual([]);
    clock.advance(60_000);
    expect(await tool.look()).toHaveLength(1);
  });

  it("hangs when asked once, keeps nobody waiting", async () => {
    place("hangs");
    const asked = tool.look();
    clock.advance(3000);
    expect(await asked).toEqual([]);
  });

  it("is missing, is no fault and is not looked for again", async () => {
    place("reports");
    process.env.PATH = `${folder.path}/nowhere`;
    expect(await tool.look()).toEqual([]);
    tool.watch();
    expect([tool.gpus, log.records]).toEqual([[], []]);
  });
});
