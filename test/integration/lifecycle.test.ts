import { once } from "node:events";
import { chmod, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, inject, it } from "vitest";
import { protocolVersion } from "../../contract/protocol-version.ts";
import { chatChunk, chatStream } from "../../contract/rpc/chat.ts";
import { nodeEnding, nodeKeepServing, nodeStatus, nodeStop } from "../../contract/rpc/node.ts";
import { chatBody, post } from "../support/chat-request.ts";
import { buildFutureSidecar } from "../support/future-sidecar.ts";
import { readStream } from "../support/read-stream.ts";
import { eventually, isAlive, isGone, TestNode, type TestNodeOptions, testClient } from "../support/test-node.ts";

const nodes: TestNode[] = [];
async function createNode(options?: TestNodeOptions): Promise<TestNode> {
  const node = await TestNode.create(options);
  nodes.push(node);
  return node;
}
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.dispose();
});

const lockPath = (node: TestNode): string => join(node.folders.state, "node.lock");

describe("starting", () => {
  it("makes one node, however many clients come at once", async () => {
    // A node that ends while its first clients are still on their way would be followed by another one.
    const node = await createNode({ configuration: "node: { lingerSeconds: 60 }\ngateway: { port: 0 }\n" });
    const attachments = await Promise.all(Array.from({ length: 5 }, () => node.attach()));
    const pids = await Promise.all(attachments.map(({ connection }) => connection.request(nodeStatus, {})));
    expect(new Set(pids.map(({ pid }) => pid)).size).toBe(1);
    expect(attachments.filter(({ startedIt }) => startedIt)).toHaveLength(1);
    expect((await node.status()).clients).toBe(5);
  });

  it("recovers from a node that was killed, with its socket and lock left behind", async () => {
    const node = await createNode({ models: [inject("models").tiny] });
    await node.attach();
    const first = await node.status();
    await post(node, chatBody("tiny"));
    const [engine = 0] = node.enginePids(first.pid);
    process.kill(first.pid, "SIGKILL");
    expect(await isGone(first.pid)).toBe(true);
    expect(await isGone(engine), "engines end with their node").toBe(true);
    expect((await stat(lockPath(node))).isFile()).toBe(true);

    await node.attach();
    const second = await node.status();
    expect(second.pid).not.toBe(first.pid);
    expect(second.id).toBe(first.id);
    expect((await post(node, chatBody("tiny"))).status).toBe(200);
  });

  it("is found by clients whose environment names another runtime folder, such as those of cron", async () => {
    const node = await createNode();
    const { connection } = await node.attach();
    const { pid } = await connection.request(nodeStatus, {});
    delete node.env.XDG_RUNTIME_DIR;
    const { code, stdout } = await node.cli("status", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).pid).toBe(pid);
  });

  it("is not fooled by a lock whose process number belongs to another process now", async () => {
    const node = await createNode();
    await mkdir(node.folders.state, { recursive: true });
    await writeFile(lockPath(node), JSON.stringify({ pid: process.pid, startTime: "another boot:1", version: "0" }));
    expect((await node.attach()).startedIt).toBe(true);
  });

  it("takes the next port when the wanted one is in use, and warns whoever might still use that", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const { port } = blocker.address() as { port: number };
    const node = await createNode({
      configuration: `gateway: { port: ${Math.min(port, 65_000)} }\nnode: { lingerSeconds: 0.3 }\n`,
    });
    await node.attach();
    const { gateway } = await node.status();
    const used = Number(new URL(gateway.url).port);
    const [shown, checked] = await Promise.all([node.cli("status"), node.cli("doctor")]);
    blocker.close();
    expect(gateway.takenPort).toBe(port);
    expect(shown.stdout).toContain(`port ${port} belongs to another program`);
    expect(checked.stdout).toContain(`port ${port} belongs to another program`);
    expect(used).toBeGreaterThan(port);
    expect(used).toBeLessThanOrEqual(port + 20);
  });

  it("keeps its key, closed to others", async () => {
    const node = await createNode();
    await node.attach();
    const { key } = node;
    const path = join(node.folders.state, "gateway.key");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(node.folders.state, "control.token"))).mode & 0o777).toBe(0o600);
    expect((await stat(node.folders.controlSocket)).mode & 0o777).toBe(0o600);
    expect((await stat(node.folders.runtime)).mode & 0o777).toBe(0o700);
    await stop(node);
    await chmod(path, 0o644);
    await node.attach();
    expect(node.key).toBe(key);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

describe("places that cannot be used", () => {
  it("names a state folder that cannot be written", async () => {
    const node = await createNode();
    await writeFile(node.folders.state, "a file where the folder should be");
    await expect(node.attach()).rejects.toMatchObject({
      code: "folder_unwritable",
      params: { path: node.folders.state },
    });
  });

  it("works with a very long home, since its sockets are elsewhere", async () => {
    const node = await createNode();
    const home = join(node.home, "a-rather-long-folder-name".repeat(6));
    await mkdir(join(home, "config"), { recursive: true });
    await writeFile(join(home, "config/config.yaml"), "gateway: { port: 0 }\n");
    const { code, stdout } = await runIn(node, home, "start", "--once");
    expect(stdout).toContain(home);
    expect(code).toBe(0);
  });

  it("works where the runtime folder's own path is too long for a socket", async () => {
    const node = await createNode();
    const runtime = join(node.home, "r".repeat(120));
    await mkdir(runtime, { mode: 0o700 });
    node.env.XDG_RUNTIME_DIR = runtime;
    expect((await node.cli("start", "--once")).code).toBe(0);
  });

  it("names the line of a configuration that is not valid", async () => {
    const unknownKey = await createNode({ configuration: "gateway: { prot: 1 }\n" });
    await expect(unknownKey.attach()).rejects.toMatchObject({ code: "configuration_invalid" });
    const syntax = await createNode({ configuration: "gateway: {\n  port: [\n" });
    await expect(syntax.attach()).rejects.toThrow(/line \d+/);
  });

  it("does not touch a state that a newer version has written", async () => {
    const node = await createNode();
    await mkdir(node.folders.state, { recursive: true });
    const content = '{"format":99,"content":{"future":true}}';
    await writeFile(join(node.folders.state, "node.json"), content);
    await expect(node.attach()).rejects.toMatchObject({ code: "state_too_new", params: { format: 99 } });
    expect(await readFile(join(node.folders.state, "node.json"), "utf8")).toBe(content);
    expect(node.leftovers()).toEqual([]);
  });

  async function runIn(node: TestNode, home: string, ...args: string[]) {
    node.env.INFERENCE_MESH_HOME = home;
    return await node.cli(...args);
  }
});

describe("ending", () => {
  it("ends a moment after its last client, and leaves no process, socket or temporary file", async () => {
    const node = await createNode({ models: [inject("models").tiny] });
    const { connection } = await node.attach();
    await post(node, chatBody("tiny"));
    const { pid } = await node.status();
    const engines = node.enginePids(pid);
    expect(engines).toHaveLength(1);
    connection.dispose();
    expect(await isGone(pid)).toBe(true);
    expect(engines.filter(isAlive)).toEqual([]);
    expect(node.leftovers()).toEqual([]);
    expect(node.log).toContain('"node.ended"');
    expect(JSON.parse(node.log.trim().split("\n").at(-1) ?? "{}")).toMatchObject({
      event: "node.ended",
      activeResources: "",
    });
  });

  it("ends although a client was cut off in the middle of a message", async () => {
    const node = await createNode();
    const { connection } = await node.attach();
    const { pid } = await node.status();
    for (let count = 0; count < 5; count++) {
      const socket = connect(node.folders.controlSocket);
      await once(socket, "connect");
      await new Promise((resolve) => socket.write("Content-Length: 1000000\r\n\r\nabc", resolve));
      socket.destroy();
    }
    connection.dispose();
    expect(await isGone(pid)).toBe(true);
    expect(JSON.parse(node.log.trim().split("\n").at(-1) ?? "{}")).toMatchObject({ activeResources: "" });
  });

  it("stays while a client is there, or while it was told to keep serving", async () => {
    const node = await createNode({ configuration: "node: { lingerSeconds: 0.05 }\ngateway: { port: 0 }\n" });
    const first = await node.attach();
    const second = await node.attach();
    const { pid } = await node.status();
    first.connection.dispose();
    expect((await second.connection.request(nodeStatus, {})).pid).toBe(pid);
    await second.connection.request(nodeKeepServing, {});
    second.connection.dispose();
    const third = await node.attach();
    expect(third.startedIt).toBe(false);
    await third.connection.request(nodeStop, { force: false });
    expect(await isGone(pid)).toBe(true);
  });

  it("lets an HTTP request that is being answered finish, though no client is left", async () => {
    const node = await createNode({
      models: [inject("models").slow],
      configuration: "node: { lingerSeconds: 0.05 }\ngateway: { port: 0 }\n",
    });
    const { connection } = await node.attach();
    const { pid } = await node.status();
    const answer = post(node, chatBody("slow", { max_tokens: 100, stream: true }));
    expect(await eventually(async () => (await node.status()).openRequests === 1)).toBe(true);
    connection.dispose();
    expect((await answer).text).toContain("[DONE]");
    expect(await isGone(pid)).toBe(true);
  });

  it("tells its clients that it ends on purpose", async () => {
    const node = await createNode();
    const { connection } = await node.attach();
    const told = new Promise<void>((resolve) => {
      connection.on(nodeEnding, () => resolve());
    });
    await connection.request(nodeStop, { force: false });
    await told;
  });

  it("breaks open HTTP answers off with an error that says why, when it is forced", async () => {
    const node = await createNode({ models: [inject("models").slow] });
    const { connection } = await node.attach();
    const { gateway } = await node.status();
    const body = chatBody("slow", { stream: true, max_tokens: 3500 });
    const answer = await readStream(`${gateway.url}/v1/chat/completions`, node.key, body);
    expect(await eventually(() => answer.text !== "")).toBe(true);
    await connection.request(nodeStop, { force: true });
    expect(await answer.ended).toBe(false);
    expect(answer.text).toContain("node_draining");
    expect(answer.text).not.toContain("[DONE]");
  });

  it("can still be asked and forced by commands while it finishes its answers", async () => {
    const node = await createNode({ models: [inject("models").slow] });
    await node.attach();
    const { pid, gateway } = await node.status();
    const open = fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${node.key}`, "content-type": "application/json" },
      body: chatBody("slow", { max_tokens: 3500 }),
    });
    expect(await eventually(async () => (await node.status()).openRequests === 1)).toBe(true);
    process.kill(pid, "SIGTERM");
    expect(await eventually(async () => (await node.cli("status")).stdout.includes("draining"))).toBe(true);
    expect(await node.cli("stop", "--force")).toMatchObject({ code: 0 });
    expect((await open).status).toBe(503);
    expect(await isGone(pid)).toBe(true);
  });

  it("does not stop under the hands of others, unless forced", async () => {
    const node = await createNode();
    const first = await node.attach();
    await node.attach();
    await expect(first.connection.request(nodeStop, { force: false })).rejects.toMatchObject({
      code: "node_in_use",
      params: { otherClients: 1 },
    });
    const { pid } = await node.status();
    await first.connection.request(nodeStop, { force: true });
    expect(await isGone(pid)).toBe(true);
  });

  it("finishes open answers at SIGTERM, and refuses new ones meanwhile", async () => {
    const node = await createNode({ models: [inject("models").slow] });
    const { connection } = await node.attach();
    const { pid, gateway } = await node.status();
    const { key } = node;
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const open = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers,
      body: chatBody("slow", { stream: true, max_tokens: 600 }),
    });
    process.kill(pid, "SIGTERM");
    expect(await eventually(async () => (await connection.request(nodeStatus, {})).lifecycle === "draining")).toBe(
      true,
    );
    const refused = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers,
      body: chatBody("slow"),
    });
    expect(refused.status).toBe(503);
    expect(await open.text()).toContain("[DONE]");
    expect(await isGone(pid)).toBe(true);
  });
});

describe("clients of other versions", () => {
  it("work together while the protocol is the same", async () => {
    const node = await createNode();
    await node.attach({ ...testClient, version: "99.0.0" });
    expect((await node.attach({ ...testClient, version: "0.0.1" })).startedIt).toBe(false);
  });

  it("are told to update when they are older, and the node goes on", async () => {
    const node = await createNode();
    await node.attach();
    const older = { ...testClient, protocol: protocolVersion - 1 };
    await expect(node.attach(older)).rejects.toMatchObject({ code: "client_too_old" });
    expect((await node.status()).lifecycle).toBe("ready");
  });

  it("get the place when they are newer: the older node finishes its stream, then makes room", async () => {
    const node = await createNode({ models: [inject("models").slow] });
    const { connection } = await node.attach();
    const { pid } = await node.status();
    let streamed = "";
    const firstText = new Promise<void>((resolve) => {
      connection.on(chatChunk, ({ text }) => {
        streamed += text;
        resolve();
      });
    });
    const messages = [{ role: "user" as const, content: "hello" }];
    const request = { model: "slow", messages, max_tokens: 400, temperature: 0 };
    const answer = connection.request(chatStream, { streamId: "s", credit: 1000, request });
    await firstText;
    const newer = { ...testClient, protocol: protocolVersion + 1 };
    await expect(node.connect(newer)).rejects.toMatchObject({ code: "node_too_old" });
    await expect(node.connect()).rejects.toMatchObject({ code: "node_draining" });
    expect((await answer).usage?.completion_tokens).toBe(400);
    expect(streamed.length).toBeGreaterThan(0);
    expect(await isGone(pid)).toBe(true);
    // The newer client would now start its own sidecar; this one's place is free.
    expect(node.leftovers()).toEqual([]);
  });

  it("start their own node once the older one has made room, with the same identity, key and models", async () => {
    const program = await buildFutureSidecar("future-sidecar", protocolVersion + 1);
    const node = await createNode({ models: [inject("models").slow] });
    await node.attach();
    const before = await node.status();
    const open = post(node, chatBody("slow", { stream: true, max_tokens: 400 }));
    expect(await eventually(async () => (await node.status()).openRequests === 1)).toBe(true);
    const newer = await node.attach({ ...testClient, protocol: protocolVersion + 1 }, program);
    expect(newer.startedIt).toBe(true);
    expect((await open).text).toContain("[DONE]");
    const after = await newer.connection.request(nodeStatus, {});
    expect(after).toMatchObject({ id: before.id, protocol: protocolVersion + 1 });
    expect(after.pid).not.toBe(before.pid);
    expect(after.models.map((model) => model.id)).toContain("slow");
    await newer.connection.request(nodeStop, { force: true });
    expect(await isGone(after.pid)).toBe(true);
  });

  it("learn nothing without the token", async () => {
    const node = await createNode();
    await node.attach();
    const token = join(node.folders.state, "control.token");
    await rm(token);
    await writeFile(token, `im-${"x".repeat(43)}`);
    await expect(node.connect({ ...testClient, protocol: protocolVersion + 1 })).rejects.toMatchObject({
      code: "wrong_control_token",
    });
    expect((await node.status()).lifecycle).toBe("ready");
  });
});

async function stop(node: TestNode): Promise<void> {
  const { pid } = await node.status();
  const { connection } = await node.attach();
  await connection.request(nodeStop, { force: true });
  expect(await isGone(pid)).toBe(true);
}
