import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GatewayUnderTest } from "../../support/gateway-under-test.ts";
import { jsonAnswer } from "../../support/raw-server.ts";

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await GatewayUnderTest.start((socket) => socket.write(jsonAnswer("{}")));
});
afterAll(() => gateway.dispose());

const head = (headers: string): string => `POST /v1/chat/completions HTTP/1.1\r\n${headers}`;
/** Above the limit of 1 MB. */
const twoMegabytes = Buffer.alloc(2_000_000, " ");

describe("a request that is refused while its body is on its way", () => {
  it.each([
    ["is too large by its own account", () => `${gateway.headers}Content-Length: ${twoMegabytes.length}\r\n\r\n`, 413],
    ["has no key", () => `Host: localhost\r\nContent-Length: ${twoMegabytes.length}\r\n\r\n`, 401],
  ])("gets its whole answer when it %s", async (_name, headers, status) => {
    const client = await gateway.client();
    const faults: Error[] = [];
    client.socket.on("error", (error) => faults.push(error));
    client.socket.write(head(headers()));
    await expect.poll(() => client.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    // The client has not looked at its answer yet.
    client.socket.write(twoMegabytes);
    await expect.poll(() => client.socket.readableEnded, { timeout: 5000 }).toBe(true);
    expect(client.text).toContain("connection: close");
    expect(client.text.trimEnd().endsWith("}}")).toBe(true);
    expect(faults).toEqual([]);
  });

  it("gets its whole answer when its pieces become too many", async () => {
    const client = await gateway.client();
    const faults: Error[] = [];
    client.socket.on("error", (error) => faults.push(error));
    client.socket.write(head(`${gateway.headers}Transfer-Encoding: chunked\r\n\r\n`));
    for (let sent = 0; sent < 2_000_000; sent += 50_000) {
      client.socket.write(`${(50_000).toString(16)}\r\n${" ".repeat(50_000)}\r\n`);
    }
    client.socket.write("0\r\n\r\n");
    await expect.poll(() => client.socket.readableEnded, { timeout: 5000 }).toBe(true);
    expect(client.text).toMatch(/^HTTP\/1\.1 413 /);
    expect(faults).toEqual([]);
  });

  it("is cut off when it never ends", async () => {
    const client = await gateway.client();
    client.socket.on("error", () => undefined);
    client.socket.write(head(`${gateway.headers}Content-Length: 1000000000\r\n\r\n`));
    const feed = setInterval(() => client.socket.write(" ".repeat(1000)), 10);
    await expect.poll(() => client.socket.closed, { timeout: 10_000 }).toBe(true);
    clearInterval(feed);
    expect(client.text).toMatch(/^HTTP\/1\.1 413 /);
  });
});
