import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNvidiaLine } from "../../../sidecar/resources/nvidia-output.ts";

const id = "GPU-6f5a1c2e-0000-1111-2222-333344445555";

describe("a line of nvidia-smi", () => {
  it("holds one GPU's figures, memory in MiB", () => {
    expect(parseNvidiaLine(`${id}, NVIDIA H200, 143771, 1024, 37, 27, 76.05`)).toEqual({
      id,
      name: "NVIDIA H200",
      memoryTotalBytes: 143_771 * 2 ** 20,
      memoryUsedBytes: 2 ** 30,
      utilisation: 0.37,
      temperatureCelsius: 27,
      powerWatts: 76.05,
    });
  });

  it("holds null, not zero, for what the driver does not report", () => {
    const line = `${id}, NVIDIA GeForce GT 1030, 2048, 0, [N/A], [Not Supported], [Unknown Error]`;
    expect(parseNvidiaLine(line)).toMatchObject({
      memoryUsedBytes: 0,
      utilisation: null,
      temperatureCelsius: null,
      powerWatts: null,
    });
  });

  it("may hold a name with a comma", () => {
    expect(parseNvidiaLine(`${id}, Card, second edition, 8, 4, 1, 2, 3`)?.name).toBe("Card, second edition");
  });

  it.each([
    "",
    "No devices were found",
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
    `${id}, NVIDIA H200`,
    "name, memory.total [MiB], memory.used [MiB], a, b, c, d",
  ])("is nothing else: %s", (line) => {
    expect(parseNvidiaLine(line)).toBeUndefined();
  });

  it("never holds a figure that is not a number, whatever the tool prints", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const gpu = parseNvidiaLine(`${id}, ${text}`);
        for (const value of [gpu?.memoryTotalBytes, gpu?.utilisation, gpu?.powerWatts]) {
          expect(value === undefined || value === null || Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });
});
