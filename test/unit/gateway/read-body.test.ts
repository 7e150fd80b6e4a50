import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { readJsonBody } from "../../../sidecar/gateway/read-body.ts";

/** A request whose body arrives in these pieces, each in a large buffer of its connection, as node:http hands them on. */
function requestOf(...pieces: readonly string[]): IncomingMessage {
  const request = Object.assign(new PassThrough(), { headers: { "content-type": "application/json" }, complete: true });
  for (const piece of pieces) {
    const read = Buffer.alloc(64 * 1024);
    read.write(piece);
    request.write(read.subarray(0, piece.length));
  }
  request.end();
  return request as unknown as IncomingMessage;
}

it("keeps bodies apart that are open at the same time, whatever their sizes", async () => {
  const texts = Array.from({ length: 200 }, (_, index) => `"${index}${"x".repeat((index * 37) % 3000)}"`);
  const bodies = await Promise.all(texts.map((text) => readJsonBody(requestOf(text), 10_000)));
  expect(bodies.map(String)).toEqual(texts);
});

it("keeps little more of a small body alive than the body", async () => {
  const body = await readJsonBody(requestOf('{"model":"m"}'), 10_000);
  expect(body.buffer.byteLength).toBeLessThanOrEqual(16 * 1024);
});

it("joins a body that comes in pieces", async () => {
  expect(String(await readJsonBody(requestOf('{"a":', "1", "}"), 10_000))).toBe('{"a":1}');
});
