import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { TopologyPatch, TopologySnapshot } from "../../contract/mesh/topology.ts";
import type { TrafficChange } from "../../contract/mesh/traffic.ts";
import { protocolVersion } from "../../contract/protocol-version.ts";
import { chatChunk, chatCredit, chatStream } from "../../contract/rpc/chat.ts";
import { modelsLoad, modelsUnload } from "../../contract/rpc/models.ts";
import {
  topologyPatch,
  topologySubscribe,
  topologyTraffic,
  topologyUnsubscribe,
  trafficSubscribe,
  trafficUnsubscribe,
} from "../../contract/rpc/topology.ts";
import type { ControlConnection } from "../../sidecar/client/control-connection.ts";
import { eventually, TestNode } from "../support/test-node.ts";

let node: TestNode;
let connection: ControlConnection;

beforeAll(async () => {
  const { tiny, slow } = inject("models");
  node = await TestNode.create({ models: [tiny, slow] });
  ({ connection } = await node.attach());
});
afterAll(() => node.dispose());

const messages = [{ role: "user" as const, content: "hello" }];
const question = (model: string, maxTokens: number) => ({ model, messages, max_tokens: maxTokens, temperature: 0 });

describe("a chat over the control connection", () => {
  it("is heard by everybody who listens, when several answers are open at once", async () => {
    const heard: string[][] = [[], []];
    const listeners = heard.map((ids) => connection.on(chatChunk, ({ streamId }) => void ids.push(streamId)));
    const ask = (streamId: string) =>
      connection.request(chatStream, { streamId, credit: 1000, request: question("tiny", 4) });
    await Promise.all([ask("first"), ask("second")]);
    for (const ids of heard) expect(new Set(ids)).toEqual(new Set(["first", "second"]));
    for (const listener of listeners) listener.dispose();
  });

  it("streams text in batches and ends with reason, cost and timing", async () => {
    const texts: string[] = [];
    const chunks = connection.on(chatChunk, ({ streamId, text }) => streamId === "a" && texts.push(text));
    const answer = await connection.request(chatStream, {
      streamId: "a",
      credit: 1000,
      request: question("tiny", 200),
    });
    chunks.dispose();
    expect(answer).toMatchObject({ model: "tiny", finishReason: "length", usage: { completion_tokens: 200 } });
    expect(answer.timing.firstTokenMs).toBeLessThanOrEqual(answer.timing.totalMs);
    expect(texts.join("").length).toBeGreaterThan(100);
    // 200 tokens, but far fewer messages: at most one per 16 ms.
    expect(texts.length).toBeLessThanOrEqual(answer.timing.totalMs / 16 + 2);
  });

  it("sends no more than the client has granted, and goes on when it grants more", async () => {
    let received = 0;
    const chunks = connection.on(chatChunk, ({ streamId }) => {
      if (streamId === "b") received++;
    });
    const answer = connection.request(chatStream, { streamId: "b", credit: 2, request: question("slow", 300) });
    expect(await eventually(() => received === 2)).toBe(true);
    await connection.request(chatStream, { streamId: "other", credit: 1000, request: question("tiny", 20) });
    expect(received).toBe(2);
    connection.notify(chatCredit, { streamId: "b", credit: 500 });
    expect((await answer).usage?.completion_tokens).toBe(300);
    chunks.dispose();
    expect(received).toBeGreaterThan(2);
  });

  it("stops the engine when it is cancelled, also while it waits for credit", async () => {
    for (const credit of [1000, 1]) {
      const abort = new AbortController();
      const started = new Promise<void>((resolve) => {
        connection.on(chatChunk, ({ streamId }) => streamId === `c${credit}` && resolve());
      });
      const request = question("slow", 3500);
      const answer = connection.request(chatStream, { streamId: `c${credit}`, credit, request }, abort.signal);
      await started;
      abort.abort();
      await expect(answer).rejects.toMatchObject({ code: "cancelled" });
      expect(await eventually(async () => (await node.status()).openRequests === 0)).toBe(true);
    }
  });

  it("stops the engine when the client is gone", async () => {
    const { connection: other } = await node.attach();
    const started = new Promise<void>((resolve) => {
      other.on(chatChunk, () => resolve());
    });
    const request = question("slow", 3500);
    const lost = other.request(chatStream, { streamId: "d", credit: 1000, request }).catch((error) => error.code);
    await started;
    other.dispose();
    expect(await lost).toBe("node_not_running");
    await connection.request(modelsLoad, { model: "tiny" });
    const { connection: third } = await node.attach();
    third.dispose();
    expect(await eventually(async () => (await node.status()).openRequests === 0)).toBe(true);
  });

  it("reports catalogue errors, with the same words as the gateway", async () => {
    const ask = (request: ReturnType<typeof question>) =>
      connection.request(chatStream, { streamId: "e", credit: 8, request });
    await expect(ask(question("none", 5))).rejects.toMatchObject({ code: "unknown_model" });
    const long = { ...question("tiny", 5), messages: [{ role: "user" as const, content: "word ".repeat(3000) }] };
    await expect(ask(long)).rejects.toMatchObject({ code: "context_length_exceeded", params: { contextTokens: 2048 } });
  });
});

describe("the topology feed", () => {
  it("gives a snapshot, then patches that follow it without a gap and show a model being loaded", async () => {
    await connection.request(modelsUnload, { model: "tiny", force: true });
    const tiny = (nodes: TopologySnapshot["nodes"]) =>
      nodes.find(({ kind, label }) => kind === "model" && label === "tiny");
    // A snapshot may be one interval old.
    const seen = async () => tiny((await connection.request(topologySubscribe, {})).nodes);
    await expect.poll(seen).toMatchObject({ health: "healthy", privacy: "local" });
    await connection.request(topologyUnsubscribe, {});
    const patches: TopologyPatch[] = [];
    const feed = connection.on(topologyPatch, (patch) => patches.push(patch));
    const snapshot = await connection.request(topologySubscribe, {});
    expect(snapshot.nodes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["node", "backend", "model"]));

    await connection.request(modelsLoad, { model: "tiny" });
    // An average that is the same to a tenth is no change: then only the next answer is seen.
    const latency = async () => {
      await connection.request(chatStream, { streamId: "f", credit: 1000, request: question("tiny", 5) });
      const backends = patches.flatMap(({ putNodes }) => putNodes).filter(({ kind }) => kind === "backend");
      return backends.some(({ latencyMs }) => latencyMs !== null);
    };
    await expect.poll(latency).toBe(true);
    expect(patches[0]?.from).toBe(snapshot.revision);
    for (const [index, patch] of patches.entries())
      expect(patch.to).toBe((patches[index + 1]?.from ?? patch.to) as number);
    expect(
      patches.flatMap(({ putNodes }) => putNodes).some((each) => each.label === "tiny" && each.health === "loading"),
    ).toBe(true);

    await connection.request(modelsUnload, { model: "tiny", force: true });
    // A model is as healthy unloaded as it was loaded: its state alone tells.
    const last = () => tiny(patches.flatMap(({ putNodes }) => putNodes).reverse());
    await expect.poll(() => last()?.modelState).toBe("available");

    await connection.request(topologyUnsubscribe, {});
    const count = patches.length;
    await connection.request(modelsLoad, { model: "tiny" });
    feed.dispose();
    expect(patches.length).toBe(count);
  });
});

describe("the traffic feed", () => {
  it("tells of real requests under the topology's own ids, and stops when nobody watches", async () => {
    const { nodes } = await connection.request(topologySubscribe, {});
    const tiny = nodes.find(({ kind, label }) => kind === "model" && label === "tiny")?.id ?? "";
    const node = nodes.find(({ kind }) => kind === "node")?.id;
    const changes: TrafficChange[] = [];
    const feed = connection.on(topologyTraffic, (change) => changes.push(change));
    const before = await connection.request(trafficSubscribe, {});
    const total = before.figures.find(({ id }) => id === tiny)?.requests ?? 0;
    await connection.request(chatStream, { streamId: "g", credit: 1000, request: question("tiny", 5) });
    const lastOf = (id: string | undefined) =>
      changes.flatMap(({ figures }) => figures).findLast((each) => each.id === id);
    await expect.poll(() => lastOf(tiny)).toMatchObject({ requests: total + 1, failures: 0, openRequests: 0 });
    await expect.poll(() => lastOf(node)?.openRequests).toBe(0);
    expect(lastOf(tiny)?.p50Ms).toBeGreaterThan(0);
    expect(changes.flatMap(({ flows }) => flows)).toContainEqual({ id: tiny, finished: 1, failed: 0 });
    await connection.request(trafficUnsubscribe, {});
    const count = changes.length;
    await connection.request(chatStream, { streamId: "h", credit: 1000, request: question("tiny", 5) });
    const after = await connection.request(trafficSubscribe, {});
    expect(after.figures.find(({ id }) => id === tiny)?.requests).toBe(total + 2);
    expect(changes).toHaveLength(count);
    await connection.request(trafficUnsubscribe, {});
    feed.dispose();
  });
});

describe("a stranger on the socket", () => {
  /** Speaks the protocol by hand. */
  const talk = (...bodies: object[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(node.folders.controlSocket);
      let answer = "";
      socket.on("data", (data) => {
        answer += data;
        if (answer.split("jsonrpc").length > bodies.length) socket.destroy();
      });
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
      for (const body of bodies) {
        const text = JSON.stringify({ jsonrpc: "2.0", ...body });
        socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
      }
    });

  it("gets nothing before it has introduced itself", async () => {
    expect(await talk({ id: 1, method: "node/status", params: {} })).toContain("wrong_control_token");
    expect(await talk({ id: 1, method: "node/stop", params: { force: true } })).toContain("wrong_control_token");
  });

  it("gets nothing for a wrong token, or a call that is not in the contract", async () => {
    const introduction = { protocol: 1, token: "im-guess", client: { name: "x", version: "1" } };
    expect(await talk({ id: 1, method: "initialize", params: introduction })).toContain("wrong_control_token");
    expect(await talk({ id: 1, method: "initialize", params: { protocol: "one" } })).toContain("invalid_message");
    expect((await node.status()).lifecycle).toBe("ready");
  });

  it.each([
    ["announces a message that no introduction needs", "Content-Length: 900000000\r\n\r\n"],
    ["never ends its header", "X".repeat(2000)],
  ])("is cut off at once when it %s", async (_name, beginning) => {
    const socket = connect(node.folders.controlSocket);
    socket.on("error", () => undefined);
    socket.write(beginning);
    await once(socket, "close");
    expect((await node.status()).lifecycle).toBe("ready");
  });
});

describe("a client that does not read", () => {
  it("is let go, and costs the node no more than what may wait for one client", async () => {
    const idle = connect(node.folders.controlSocket);
    idle.on("error", () => undefined);
    const send = (body: object): void => {
      const text = JSON.stringify({ jsonrpc: "2.0", ...body });
      idle.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    const token = readFileSync(join(node.folders.state, "control.token"), "utf8").trim();
    const client = { name: "idle", version: "1" };
    send({ id: 0, method: "initialize", params: { protocol: protocolVersion, token, client } });
    idle.pause();
    expect(await eventually(async () => (await node.status()).clients === 2)).toBe(true);
    // Together far more than a socket's own buffers hold.
    for (let id = 1; id <= 2500; id++) send({ id, method: "node/status", params: {} });
    expect(await eventually(() => node.log.includes("rpc.clientDoesNotRead"))).toBe(true);
    expect(await eventually(async () => (await node.status()).clients === 1)).toBe(true);
    idle.destroy();
  });
});
