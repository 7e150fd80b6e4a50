// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the references of a configuration, not templates.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configurationHistory, configurationRestore, configurationVersion } from "../../contract/rpc/configuration.ts";
import { nodeStop } from "../../contract/rpc/node.ts";
import { topologyPatch, topologySubscribe } from "../../contract/rpc/topology.ts";
import { call, chatBody, eventsOf, post } from "../support/chat-request.ts";
import { listOf, StandInServer } from "../support/stand-in-server.ts";
import { isGone, TestNode } from "../support/test-node.ts";

const chatPath = "POST /v1/chat/completions";
const secret = "mesh-demo-value-of-a-variable";
let node: TestNode;
let first: StandInServer;
let second: StandInServer;

const path = (): string => join(node.folders.config, "config.yaml");
const read = (): string => readFileSync(path(), "utf8");
/** As an editor saves: another file, renamed over the one that is there. */
function save(text: string): void {
  writeFileSync(`${path()}~`, text);
  renameSync(`${path()}~`, path());
}
const configured = (servers: readonly StandInServer[], more = ""): string =>
  `# by hand
node: { lingerSeconds: 0.3, name: "\${INFERENCE_MESH_TEST_NAME}" }
gateway: { port: 0 }
backends:
${servers.map(({ url }, index) => `  - { id: server-${index}, kind: openai-compatible, url: "${url}" }\n`).join("")}${more}`;
const problem = async () => (await node.status()).configuration.problem;
const listed = async (): Promise<string[]> =>
  ((await call(node, "/v1/models")).json as { data: { id: string }[] }).data.map(({ id }) => id);

beforeAll(async () => {
  first = await StandInServer.start({ "GET /v1/models": listOf({ id: "m1" }) });
  second = await StandInServer.start({ "GET /v1/models": listOf({ id: "m2" }) });
  node = await TestNode.create({ configuration: configured([first]) });
  node.env.INFERENCE_MESH_TEST_NAME = secret;
  await node.attach();
});
afterAll(async () => {
  await node.dispose();
  await Promise.all([first.dispose(), second.dispose()]);
});

describe("config.yaml that somebody edits while the node runs (servers are stand-ins)", () => {
  it("takes what it needs from the environment, which is told nobody", async () => {
    expect((await node.status()).name).toBe(secret);
    expect(node.log).toContain("node.ready");
    expect(node.log).not.toContain(secret);
  });

  it("counts at once, and no open answer notices", async () => {
    const open = Promise.withResolvers<ServerResponse>();
    first.replies.set(chatPath, (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n');
      open.resolve(response);
    });
    const answer = post(node, chatBody("m1", { stream: true }));
    const held = await open.promise;
    // The server that is answering goes, another one comes.
    save(configured([second], "routing: { aliases: { fast: { revisions: { only: { model: m2 } } } } }\n"));
    await expect.poll(listed).toEqual(expect.arrayContaining(["fast", "m2"]));
    expect(await listed()).not.toContain("m1");
    held.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    expect(eventsOf((await answer).text).at(-1)).toBe("[DONE]");
    expect(await problem()).toBeNull();
  });

  it("is refused with its place when it is not valid, and what it said before goes on", async () => {
    const connection = await node.connect();
    await connection.request(topologySubscribe, {});
    const told = Promise.withResolvers<unknown>();
    connection.on(topologyPatch, ({ putNodes }) => {
      const state = putNodes.find(({ kind }) => kind === "node")?.configuration;
      if (state !== undefined && state.problem !== null) told.resolve(state.problem);
    });
    save(configured([second], "routing:\n  privacy: nearby\n"));
    expect(await told.promise).toMatchObject({
      line: 7,
      column: 12,
      reason: expect.stringContaining("routing.privacy"),
    });
    expect(await listed()).toContain("fast");
    const status = await node.cli("status");
    expect(status.stdout).toMatch(/Config +NOT VALID.*config\.yaml: routing\.privacy.* at line 7, column 12/);
    const checked = await node.cli("config", "check");
    expect(checked).toMatchObject({ code: 1, stderr: expect.stringContaining("at line 7, column 12") });
    expect(checked.stderr + node.log).not.toContain(secret);
    const edit = await node.cli("routes", "privacy", "lan");
    expect(edit).toMatchObject({ code: 1, stderr: expect.stringContaining("at line 7, column 12") });
    connection.dispose();
  });

  it("says what waits for a restart, and keeps its references when the node changes something else", async () => {
    save(configured([second]).replace("port: 0", "port: 0, maxBodyBytes: 4096"));
    await expect
      .poll(async () => (await node.status()).configuration)
      .toEqual({
        path: path(),
        problem: null,
        needsRestart: ["gateway.maxBodyBytes"],
      });
    expect((await node.cli("status")).stdout).toMatch(/Config +needs restart: gateway\.maxBodyBytes/);
    expect((await node.cli("routes", "privacy", "lan")).code).toBe(0);
    expect(read()).toContain('name: "${INFERENCE_MESH_TEST_NAME}"');
  });
});

describe("former versions", () => {
  it("are listed with what they would change, shown, and brought back, which can be taken back", async () => {
    const connection = await node.connect();
    const before = read();
    const { versions } = await connection.request(configurationHistory, {});
    const oldest = versions.at(-1);
    expect(oldest?.changes).toEqual(expect.arrayContaining(["backends.server-0", "routing.privacy"]));
    const { text } = await connection.request(configurationVersion, { id: oldest?.id ?? "" });
    expect(text).toBe(configured([first]));
    const restored = await connection.request(configurationRestore, { id: oldest?.id ?? "" });
    expect(restored.configuration.problem).toBeNull();
    expect(read()).toBe(text);
    await expect.poll(listed).toContain("m1");
    expect((await node.cli("config", "restore", "1")).stderr).toContain("Say --yes");
    expect((await node.cli("config", "restore", "1", "--yes")).code).toBe(0);
    expect(read()).toBe(before);
    connection.dispose();
  });

  it("are there for a node that does not start any more", async () => {
    const { pid } = await node.status();
    await (await node.connect()).request(nodeStop, { force: true });
    expect(await isGone(pid)).toBe(true);
    const before = read();
    writeFileSync(path(), "gatway: {}\n");
    expect((await node.cli("models")).stderr).toMatch(/gatway.* at line 1, column 1/);
    expect((await node.cli("config", "path")).stdout).toBe(`${path()}\n`);
    expect((await node.cli("config", "show")).stdout).toBe("gatway: {}\n");
    expect((await node.cli("config", "history")).stdout).toMatch(/^1 {2}\d{4}-.* changes /);
    expect(await node.cli("config", "restore", "1", "--yes")).toMatchObject({ code: 0, stderr: "" });
    expect(read()).toBe(before);
    expect(node.leftovers()).toEqual([]);
    await node.attach();
    expect(await problem()).toBeNull();
  });

  it("are refused by a number that nobody has listed", async () => {
    for (const number of ["0", "99", "x", "../1"]) {
      const refused = await node.cli("config", "restore", number, "--yes");
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("There is no former configuration") });
    }
  });
});

describe("a drain", () => {
  it("outlives the node", async () => {
    expect((await node.cli("backends", "drain", "server-0", "--deadline", "5")).code).toBe(0);
    const { pid } = await node.status();
    await (await node.connect()).request(nodeStop, { force: true });
    expect(await isGone(pid)).toBe(true);
    await node.attach();
    expect((await node.cli("backends")).stdout).toMatch(/server-0.*draining/);
    expect((await node.cli("backends", "enable", "server-0")).code).toBe(0);
    expect((await node.cli("backends")).stdout).not.toMatch(/server-0.*draining/);
  });
});

it("ends without a trace while its file is gone", async () => {
  rmSync(path());
  await expect.poll(problem).toMatchObject({ reason: expect.stringContaining("not there any more") });
  const { pid } = await node.status();
  await (await node.connect()).request(nodeStop, { force: true });
  expect(await isGone(pid)).toBe(true);
  expect(node.log.trim().split("\n").at(-1)).toContain('"activeResources":""');
});
