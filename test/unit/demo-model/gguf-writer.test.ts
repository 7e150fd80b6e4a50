import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GgufWriter } from "../../../sidecar/demo-model/gguf-writer.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

function exampleWriter(): GgufWriter {
  return new GgufWriter()
    .setString("a", "é")
    .setUint32("b", 7)
    .addTensor({ name: "t", shape: [2, 1], type: "F32", bytes: () => Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64) })
    .addTensor({ name: "u", shape: [1], type: "F16", bytes: () => Uint8Array.of(0, 60) });
}

/** The example's bytes, put together from the format's specification by hand. */
const expected = Buffer.from(
  [
    "47475546 03000000 0200000000000000 0200000000000000",
    // "a": a string of two bytes; "b": a 32-bit number.
    "0100000000000000 61 08000000 0200000000000000 c3a9",
    "0100000000000000 62 04000000 07000000",
    // Name, dimensions, type, offset of each tensor; the second starts at the next multiple of 32.
    "0100000000000000 74 02000000 0200000000000000 0100000000000000 00000000 0000000000000000",
    "0100000000000000 75 01000000 0100000000000000 01000000 2000000000000000",
  ]
    .join("")
    .replaceAll(" ", ""),
  "hex",
);

describe("GgufWriter", () => {
  it("writes the header byte for byte as the specification says", () => {
    expect(exampleWriter().toBuffer().subarray(0, expected.length).toString("hex")).toBe(expected.toString("hex"));
  });

  it("puts each tensor's data at a multiple of 32 and fills up with zeros", () => {
    const file = exampleWriter().toBuffer();
    const dataStart = Math.ceil(expected.length / 32) * 32;
    expect(file.readFloatLE(dataStart)).toBe(1);
    expect(file.readFloatLE(dataStart + 4)).toBe(2);
    expect(file.readUInt16LE(dataStart + 32)).toBe(0x3c00);
    expect(file.length).toBe(dataStart + 64);
    expect(file.subarray(dataStart + 8, dataStart + 32).every((byte) => byte === 0)).toBe(true);
  });

  it("knows the size beforehand, and writes the same bytes into a file", () => {
    const writer = exampleWriter();
    writer.writeTo(folder.join("example.gguf"));
    const bytes = readFileSync(folder.join("example.gguf"));
    expect(bytes.length).toBe(writer.sizeBytes);
    expect(bytes.equals(writer.toBuffer())).toBe(true);
  });

  it("keeps the last value of a key that is set twice", () => {
    const once = new GgufWriter().setUint64("size", 5).toBuffer();
    expect(new GgufWriter().setUint64("size", 0).setUint64("size", 5).toBuffer().equals(once)).toBe(true);
  });

  it("refuses a tensor whose bytes do not fit its shape", () => {
    const writer = new GgufWriter().addTensor({ name: "t", shape: [2], type: "F32", bytes: () => new Uint8Array(4) });
    expect(() => writer.toBuffer()).toThrow("t has 4 bytes instead of 8");
  });
});
