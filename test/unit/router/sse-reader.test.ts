import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SseReader } from "../../../sidecar/router/sse-reader.ts";

function read(pieces: readonly (string | Buffer)[]): string[] {
  const reader = new SseReader();
  return pieces.flatMap((piece) => reader.push(Buffer.from(piece)));
}

const stream = [
  ": a comment, as servers send to keep a connection",
  "data: first — é模🙂",
  "",
  "event: message",
  "id: 7",
  "retry: 1000",
  "data:no space",
  "",
  "data:  two spaces",
  "data: second line",
  "data:",
  "data: fourth 🙂",
  "",
  "",
  "unknown: field",
  "",
  "data:",
  "",
  "data: [DONE]",
  "",
  ": the end",
  "",
];
const events = ["first — é模🙂", "no space", " two spaces\nsecond line\n\nfourth 🙂", "", "[DONE]"];

describe.each([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
])("a stream with %s line ends", (_name, lineEnd) => {
  const bytes = Buffer.from(stream.join(lineEnd));

  it("gives its events when it comes in one piece", () => {
    expect(read([bytes])).toEqual(events);
  });

  it("gives the same events wherever it is cut in two", () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at byte ${cut}`).toEqual(events);
    }
  });

  it("gives the same events byte by byte", () => {
    expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(events);
  });

  it("gives the same events wherever it is cut into many", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length })), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        expect(read(edges.slice(1).map((end, index) => bytes.subarray(edges[index], end)))).toEqual(events);
      }),
    );
  });
});

describe("when an event is complete", () => {
  it("gives it with the bytes that end it", () => {
    const reader = new SseReader();
    expect(reader.push(Buffer.from("data: a"))).toEqual([]);
    expect(reader.push(Buffer.from("\n"))).toEqual([]);
    expect(reader.push(Buffer.from("\ndata: b"))).toEqual(["a"]);
  });

  it("leaves out an event that the stream's end cuts off", () => {
    expect(read(["data: a\n\ndata: b\n"])).toEqual(["a"]);
  });

  it("takes line ends of different kinds in one stream", () => {
    expect(read(["data: a\r\n\ndata: b\r\r\ndata: c\n\r\n"])).toEqual(["a", "b", "c"]);
  });

  it("gives an event whose last line ends with a lone CR at the end of the stream", () => {
    expect(read(["data: a\r\r"])).toEqual(["a"]);
  });
});

describe("fields", () => {
  it("drops lines that only look like data", () => {
    expect(read(["database: x\nDATA: y\n data: z\n:data: w\n\n"])).toEqual([]);
  });

  it("takes data without a colon as an empty line", () => {
    expect(read(["data\ndata\n\n"])).toEqual(["\n"]);
  });

  it("ignores a byte-order mark before the first field", () => {
    expect(read(["\uFEFFdata: a\n\n"])).toEqual(["a"]);
  });
});

describe("an event that is too large", () => {
  const mebi = 1024 * 1024;
  const pushAll = (piece: string, count: number): string[] => read(Array.from({ length: count }, () => piece));

  it("is refused while its one line grows", () => {
    expect(() => pushAll(`data: ${"x".repeat(64 * 1024)}`, 17)).toThrow(RangeError);
  });

  it("is refused while its lines add up", () => {
    expect(() => pushAll(`data: ${"x".repeat(64 * 1024)}\n`, 17)).toThrow(RangeError);
  });

  it("is refused too when the line is of no use", () => {
    expect(() => pushAll(`: ${"x".repeat(64 * 1024)}`, 17)).toThrow(RangeError);
  });

  it("is refused too when it is complete in one piece", () => {
    expect(() => read([`data: ${"x".repeat(2 * mebi)}\n\n`])).toThrow(RangeError);
  });

  it("is refused too when it consists of empty lines", () => {
    expect(() => pushAll("data:\n".repeat(64 * 1024), 20)).toThrow(RangeError);
  });

  it("does not count what earlier events held", () => {
    const event = `data: ${"x".repeat(mebi / 2)}\n\n`;
    expect(read([event, event, event, event])).toHaveLength(4);
  });
});
