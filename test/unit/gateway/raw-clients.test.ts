import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GatewayUnderTest, testNodeId } from "../../support/gateway-under-test.ts";
import { chunkOf, jsonAnswer, lastChunk, streamHead } from "../../support/raw-server.ts";
import { unframe } from "../../support/recorded-answer.ts";

const event = "data: 1\n\n";
const done = "data: [DONE]\n\n";
const goodStream = streamHead + chunkOf(event) + chunkOf(done) + lastChunk;

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await GatewayUnderTest.start((socket) => socket.write(goodStream), {
    headMs: 300,
    requestMs: 600,
    checkMs: 50,
  });
});
afterAll(() => gateway.dispose());

const bodyOf = (answer: string): string => answer.slice(answer.indexOf("\r\n\r\n") + 4);
/** What a client makes of the last answer's chunks. */
const textOf = (answer: string): string => {
  const body = bodyOf(answer);
  expect(body.endsWith(lastChunk)).toBe(true);
  return unframe(body.slice(0, -lastChunk.length));
};

describe("an answer", () => {
  it("reaches the client in the backend's own chunks, and the connection can be used again", async () => {
    const client = await gateway.client();
    client.socket.write(gateway.chat());
    await expect.poll(() => client.text).toContain(`\r\n${lastChunk}`);
    expect(client.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*transfer-encoding: chunked\r\n/i);
    expect(bodyOf(client.text)).toBe(chunkOf(event) + chunkOf(done) + lastChunk);
    client.text = "";
    client.socket.write(gateway.chat());
    await expect.poll(() => client.text).toContain(`\r\n${lastChunk}`);
    expect(textOf(client.text)).toBe(event + done);
    client.socket.destroy();
  });

  it("reaches a client that closes the connection after it", async () => {
    const answer = await gateway.send(gateway.chat(undefined, "Connection: close\r\n"));
    expect(answer).toMatch(/connection: close/i);
    expect(textOf(answer)).toBe(event + done);
  });

  it("reaches an older client without chunks", async () => {
    const answer = await gateway.send(gateway.chat(undefined, "", "1.0"));
    expect(answer).not.toMatch(/transfer-encoding/i);
    expect(bodyOf(answer)).toBe(event + done);
  });

  it("reaches each of several requests that were sent at once, in their order", async () => {
    gateway.backend.answerWith((socket, { body }) => {
      // The first takes longest, so that the others wait for it.
      const delayMs = body.includes('"a"') ? 60 : 0;
      setTimeout(() => socket.write(streamHead + chunkOf(`data: ${body}\n\n`) + lastChunk), delayMs);
    });
    const bodies = ["a", "b", "c"].map((user) => JSON.stringify({ model: "m", stream: true, user }));
    const client = await gateway.client();
    client.socket.write(bodies.map((body) => gateway.chat(body)).join(""));
    await expect.poll(() => client.text.split(lastChunk).length).toBe(4);
    const answers = client.text.split(/(?=HTTP\/1\.1 200)/);
    expect(answers.map((answer) => textOf(answer))).toEqual(bodies.map((body) => `data: ${body}\n\n`));
    client.socket.destroy();
    gateway.backend.answerWith((socket) => socket.write(goodStream));
  });

  it("has its length and one piece where the backend sends it so", async () => {
    gateway.backend.answerWith((socket) => socket.write(jsonAnswer('{"a":1}')));
    const answer = await gateway.send(gateway.chat('{"model":"m"}', "Connection: close\r\n"));
    expect(answer).toMatch(/content-length: 7\r\n/i);
    expect(bodyOf(answer)).toBe('{"a":1}');
    gateway.backend.answerWith((socket) => socket.write(goodStream));
  });

  it("is not read from the backend faster than the client takes it", async () => {
    const big = chunkOf(`data: ${"x".repeat(60_000)}\n\n`);
    const count = 400;
    gateway.backend.answerWith((socket) => {
      socket.write(streamHead);
      for (let sent = 0; sent < count; sent++) socket.write(big);
      socket.write(lastChunk);
    });
    const client = await gateway.client();
    client.socket.pause();
    const [backendSocket] = await whenAsked(() => client.socket.write(gateway.chat()));
    // More than all buffers on the way hold: the rest must wait with the backend.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(backendSocket?.writableLength).toBeGreaterThan(1_000_000);
    client.socket.resume();
    await expect.poll(() => client.text.endsWith(lastChunk), { timeout: 20_000 }).toBe(true);
    expect(textOf(client.text)).toHaveLength(count * 60_008);
    client.socket.destroy();
    gateway.backend.answerWith((socket) => socket.write(goodStream));
  });
});

describe("an answer that breaks off", () => {
  it("ends with an error event, and without a clean end", async () => {
    gateway.backend.answerWith((socket) => socket.end(streamHead + chunkOf(event)));
    const answer = await gateway.send(gateway.chat());
    const text = unframe(bodyOf(answer));
    expect(text).toMatch(/^data: 1\n\ndata: \{"error":\{.*"type":"upstream_disconnected".*\}\n\n$/);
    gateway.backend.answerWith((socket) => socket.write(goodStream));
  });

  it("keeps whole chunks whole, wherever the backend broke off", async () => {
    const cut = chunkOf(`data: ${"y".repeat(100)}\n\n`).slice(0, 40);
    gateway.backend.answerWith((socket) => socket.end(streamHead + chunkOf(event) + cut));
    const text = unframe(bodyOf(await gateway.send(gateway.chat())));
    expect(text).toMatch(/^data: 1\n\ndata: y+\n\ndata: \{"error"/);
    gateway.backend.answerWith((socket) => socket.write(goodStream));
  });

  it("is a whole error before its first byte", async () => {
    gateway.backend.answerWith((socket) => socket.end(streamHead));
    const answer = await gateway.send(gateway.chat(undefined, "Connection: close\r\n"));
    expect(answer).toMatch(/^HTTP\/1\.1 502/);
    expect(JSON.parse(bodyOf(answer)).error.type).toBe("upstream_disconnected");
    gateway.backend.answerWith((socket) => socket.write(goodStream));
  });
});

describe("a client that leaves", () => {
  it.each([
    ["before the first byte", "", "destroy"],
    ["before the first byte, with a reset", "", "resetAndDestroy"],
    ["after the head", streamHead, "destroy"],
    ["in the middle", streamHead + chunkOf(event), "destroy"],
  ] as const)("%s ends the request at the backend", async (_name, bytes, leave) => {
    gateway.backend.answerWith((socket) => socket.write(bytes));
    const client = await gateway.client();
    const [backendSocket] = await whenAsked(() => client.socket.write(gateway.chat()));
    const closed = once(backendSocket as NonNullable<typeof backendSocket>, "close");
    client.socket[leave]();
    await closed;
    gateway.backend.answerWith((socket) => socket.write(goodStream));
  });
});

describe("malformed framing", () => {
  const requests = (): [name: string, lines: string, body?: string][] => [
    ["a length and chunks", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"],
    ["chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "0\r\n\r\n"],
    ["two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n", "{}"],
    ["one length twice", "Content-Length: 2\r\nContent-Length: 2\r\n", "{}"],
    ["a list of lengths", "Content-Length: 2, 2\r\n", "{}"],
    ["a signed length", "Content-Length: +2\r\n", "{}"],
    ["a length in hex", "Content-Length: 0x2\r\n", "{}"],
    ["an unknown transfer encoding", "Transfer-Encoding: xchunked\r\n", "{}"],
    ["chunks that are not the last encoding", "Transfer-Encoding: chunked, identity\r\n", "{}"],
    ["a space before the colon", "Content-Length : 2\r\n", "{}"],
    ["a tab before the colon", "Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"],
    ["a bare line feed", "X: a\nContent-Length: 2\r\n", "{}"],
    ["a bare carriage return", "X: a\rContent-Length: 2\r\n", "{}"],
    ["a folded header", "X: a\r\n b\r\nContent-Length : 2\r\n", "{}"],
    ["a zero byte", "X: a\0b\r\nContent-Length: 2\r\n", "{}"],
    ["a header without a colon", "Whatever\r\nContent-Length: 2\r\n", "{}"],
    ["a chunk's size that is no number", "Transfer-Encoding: chunked\r\n", "zz\r\n"],
    ["a chunk's size with a sign", "Transfer-Encoding: chunked\r\n", "+2\r\n{}\r\n0\r\n\r\n"],
    ["a chunk that is longer than its size", "Transfer-Encoding: chunked\r\n", "2\r\n{}}\r\n0\r\n\r\n"],
  ];

  it.each(requests())("is refused: %s", async (_name, lines, body = "") => {
    const before = gateway.routed.length;
    const smuggled = gateway.chat();
    const answer = await gateway.send(
      `POST /v1/chat/completions HTTP/1.1\r\n${gateway.headers}${lines}\r\n${body}${smuggled}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(gateway.routed.length).toBe(before);
  });

  it("never puts its refusal into an answer that is on its way", async () => {
    gateway.backend.answerWith((socket) => socket.write(streamHead + chunkOf(event)));
    const client = await gateway.client();
    client.socket.write(gateway.chat());
    await expect.poll(() => client.text).toContain(event);
    client.socket.write("GARBAGE\n\n");
    await client.closed;
    expect(bodyOf(client.text)).toBe(chunkOf(event));
    gateway.backend.answerWith((socket) => socket.write(goodStream));
  });
});

describe("a client that asks too much", () => {
  it("gets 431 for headers that are too large, and for too many of them", async () => {
    const large = `GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`;
    const many = `GET /health HTTP/1.1\r\nHost: localhost\r\n${"X: y\r\n".repeat(5000)}\r\n`;
    for (const bytes of [large, many]) expect(await gateway.send(bytes)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    ["nothing", ""],
    ["half a head", "POST /v1/chat/completions HTTP/1.1\r\nHost: loc"],
  ])("is asked to leave when it sends %s for too long", async (_name, bytes) => {
    expect(await gateway.send(bytes)).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  });

  it("is asked to leave when its head or body only trickles", async () => {
    const head = `POST /v1/chat/completions HTTP/1.1\r\n${gateway.headers}Content-Length: 1000\r\n\r\n`;
    for (const [start, piece] of [
      ["POST /v1/chat", "x"],
      [head, " "],
    ] as const) {
      const client = await gateway.client();
      client.socket.write(start);
      const timer = setInterval(() => client.socket.write(piece), 20);
      await client.closed;
      clearInterval(timer);
      expect(client.text).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
    }
  });
});

describe("a request that comes from another node", () => {
  const other = (digit: string): string => `node-${digit.repeat(32)}`;
  const ask = (path: string): Promise<string> =>
    gateway.send(gateway.chat(undefined, `Connection: close\r\nX-Mesh-Path: ${path}\r\n`));

  it("is handed on with the nodes that it has come through", async () => {
    expect(await ask(`${other("1")}, ${other("2")}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(gateway.routed.at(-1)?.meshPath).toEqual([other("1"), other("2")]);
    expect(gateway.backend.requests.at(-1)?.head).not.toMatch(/x-mesh/i);
  });

  it.each([
    ["this node among them", `${other("1")},${testNodeId}`, 508],
    ["four others", ["1", "2", "3", "4"].map(other).join(","), 508],
    ["many others", Array.from({ length: 200 }, () => other("1")).join(","), 508],
    ["something that is no node", "x", 400],
    ["an empty name", `${other("1")},`, 400],
  ])("is refused with %s", async (_name, path, status) => {
    const before = gateway.routed.length;
    expect(await ask(path)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(gateway.routed.length).toBe(before);
  });

  it("is refused too when this node is named in a second header", async () => {
    const lines = `Connection: close\r\nX-Mesh-Path: ${other("1")}\r\nX-Mesh-Path: ${testNodeId}\r\n`;
    expect(await gateway.send(gateway.chat(undefined, lines))).toMatch(/^HTTP\/1\.1 508 /);
  });
});

/** Waits until the backend has a request more, and gives the sockets that it came by. */
async function whenAsked(ask: () => unknown): Promise<typeof gateway.backend.sockets> {
  const before = gateway.backend.requests.length;
  ask();
  await expect.poll(() => gateway.backend.requests.length).toBe(before + 1);
  const { connection } = gateway.backend.requests.at(-1) ?? { connection: 0 };
  return [gateway.backend.sockets[connection] as (typeof gateway.backend.sockets)[number]];
}
