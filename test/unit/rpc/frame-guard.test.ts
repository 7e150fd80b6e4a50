import { describe, expect, it } from "vitest";
import { FrameGuard } from "../../../sidecar/rpc/frame-guard.ts";

const frame = (content: string): Buffer =>
  Buffer.from(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`);
const guard = (contentBytes = 100): FrameGuard => new FrameGuard({ headerBytes: 64, contentBytes: () => contentBytes });

describe("frames within the limits", () => {
  it("are accepted however they are cut into pieces", () => {
    const stream = Buffer.concat([frame("{}"), frame("x".repeat(100)), frame(""), frame("\r\n\r\n")]);
    for (let size = 1; size <= stream.length; size++) {
      const guarded = guard();
      for (let at = 0; at < stream.length; at += size) {
        expect(guarded.accepts(stream.subarray(at, at + size)), `pieces of ${size}, at ${at}`).toBe(true);
      }
    }
  });

  it("are accepted with other headers beside the length, in any case", () => {
    expect(guard().accepts(Buffer.from("Content-Type: a/b\r\ncontent-length:2\r\n\r\n{}"))).toBe(true);
  });

  it("may be larger once the limit has grown", () => {
    let limit = 10;
    const guarded = new FrameGuard({ headerBytes: 64, contentBytes: () => limit });
    expect(guarded.accepts(frame("x".repeat(10)))).toBe(true);
    limit = 20;
    expect(guarded.accepts(frame("x".repeat(20)))).toBe(true);
    expect(guarded.accepts(frame("x".repeat(21)))).toBe(false);
  });
});

describe("a stream that would fill the memory", () => {
  it.each([
    ["announces too much", frame("x".repeat(101))],
    ["announces an endless number", Buffer.from("Content-Length: 99999999999999999999\r\n\r\n")],
    ["announces nothing", Buffer.from("Content-Type: text/plain\r\n\r\n")],
    ["announces something else than a number", Buffer.from("Content-Length: -5\r\n\r\n")],
    ["never ends its header", Buffer.from("X: ".padEnd(80, "x"))],
  ])("is refused when it %s, also byte by byte", (_name, bytes) => {
    expect(guard().accepts(bytes)).toBe(false);
    const guarded = guard();
    expect([...bytes].every((byte) => guarded.accepts(Buffer.from([byte])))).toBe(false);
  });
});
