import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { requestsList } from "../../contract/rpc/routes.ts";
import { FaultServerProcess } from "../support/fault-server/fault-server-process.ts";
import { askAndHear, doorOf, type HeardAnswer, isWholeAnswer } from "../support/heard-answer.ts";
import { createRoutedNode, isIdle, untilListed } from "../support/routed-node.ts";
import { finish, type TestNode } from "../support/test-node.ts";

const nodes: TestNode[] = [];
const servers: FaultServerProcess[] = [];
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.dispose();
  for (const server of servers.splice(0)) await server.kill();
});

async function startNode(): Promise<TestNode> {
  const node = await createRoutedNode({ backends: [] });
  nodes.push(node);
  await node.attach();
  return node;
}

type Kind = "router" | "openai-compatible" | "ollama";
/** Gives one node another one as a backend, the way a person does: by address and key. */
async function connect(from: TestNode, to: TestNode, kind: Kind, models?: string): Promise<void> {
  const { url, key } = await doorOf(to);
  const named = models === undefined ? [] : ["--models", models];
  const child = from.spawnCli(["backends", "add", "other", url, "--kind", kind, "--key-stdin", "--force", ...named]);
  child.stdin?.end(`${key}\n`);
  const { code, stderr } = await finish(child);
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

/** Until a server has been looked at, nobody knows that it is a node. */
async function lookAround(): Promise<void> {
  for (const node of nodes) await node.cli("backends", "check", "other");
}

async function askGhost(node: TestNode, stream: boolean): Promise<HeardAnswer> {
  return await askAndHear(await doorOf(node), { model: "ghost", stream, marker: { id: "loop" } });
}

async function requestsSeenBy(node: TestNode): Promise<number> {
  const connection = await node.connect();
  const { records } = await connection.request(requestsList, { model: "ghost", onlyFailed: false, limit: 500 });
  return records.length;
}

describe.each<Kind>(["router", "openai-compatible", "ollama"])(
  "nodes that have each other as backends of kind %s",
  (kind) => {
    it.each([true, false])("end a request that goes round, after few hops (stream: %s)", async (stream) => {
      const [one, two] = [await startNode(), await startNode()];
      await connect(one, two, kind, "ghost");
      await connect(two, one, kind, "ghost");
      await lookAround();
      await untilListed(one, ["ghost"]);
      const heard = await askGhost(one, stream);
      expect({ code: heard.error?.code, isKnown: [404, 508].includes(heard.status) }).toMatchObject({ isKnown: true });
      expect(heard.endedWell).toBe(true);
      for (const node of nodes) {
        expect(await isIdle(node)).toBe(true);
        expect(await requestsSeenBy(node)).toBeLessThan(8);
      }
    });

    it("a node that has itself as a backend ends it as well", async () => {
      const node = await startNode();
      await connect(node, node, kind, "ghost");
      await lookAround();
      await untilListed(node, ["ghost"]);
      const heard = await askGhost(node, true);
      expect({ code: heard.error?.code, isKnown: [404, 508].includes(heard.status) }).toMatchObject({ isKnown: true });
      expect(await isIdle(node)).toBe(true);
      expect(await requestsSeenBy(node)).toBeLessThan(8);
    });
  },
);

describe.each<Kind>(["router", "openai-compatible"])(
  "two nodes of one person, each a backend of the other (%s)",
  (kind) => {
    it("know each other's models, answer through each other, and stay healthy", async () => {
      for (const id of ["one", "two"]) {
        const server = await FaultServerProcess.start(id, [[`of-${id}`]]);
        servers.push(server);
        const node = await createRoutedNode({ backends: [{ id, url: server.url() }] });
        nodes.push(node);
        await node.attach();
      }
      const [one, two] = nodes as [TestNode, TestNode];
      await connect(one, two, kind);
      await connect(two, one, kind);
      await untilListed(one, ["of-two"]);
      await untilListed(two, ["of-one"]);
      for (let round = 0; round < 4; round++) {
        // Longer than what was last seen counts as what is, so that each looks at the other again.
        await delay(1200);
        for (const [node, model] of [
          [one, "of-two"],
          [two, "of-one"],
        ] as const) {
          await untilListed(node, [model]);
          const id = `${model}-${round}`;
          expect(isWholeAnswer(await askAndHear(await doorOf(node), { model, marker: { id } }), id)).toBe(true);
        }
      }
      for (const node of [one, two]) {
        const { stdout } = await node.cli("backends", "check", "other");
        expect(stdout).not.toMatch(/unhealthy|rest within/);
      }
    });
  },
);

describe("a node behind a node", () => {
  it("answers through it, and a break goes the whole way", async () => {
    const server = await FaultServerProcess.start("a", [["far"]]);
    servers.push(server);
    const behind = await createRoutedNode({ backends: [{ id: "a", url: server.url() }] });
    nodes.push(behind);
    await behind.attach();
    await untilListed(behind, ["far"]);
    const front = await startNode();
    await connect(front, behind, "router");
    await untilListed(front, ["far"]);
    const door = await doorOf(front);
    const heard = await askAndHear(door, { model: "far", marker: { id: "through" } });
    expect(isWholeAnswer(heard, "through")).toBe(true);
    const cut = await askAndHear(door, { model: "far", marker: { id: "cut", modes: { a: "reset-mid" } } });
    expect(cut).toMatchObject({ endedWell: false, hasDone: false, error: { type: "upstream_disconnected" } });
    expect(server.executionsOf("cut")).toHaveLength(1);
    const leave = new AbortController();
    const asked = { model: "far", marker: { id: "left", modes: { a: "hang-mid" as const } }, signal: leave.signal };
    const leaving = askAndHear(door, { ...asked, onText: () => leave.abort() });
    expect((await leaving).left).toBe(true);
    expect(await server.ended("left")).toMatchObject({ ending: "client-left" });
  });
});
