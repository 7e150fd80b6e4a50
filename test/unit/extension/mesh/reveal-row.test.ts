import { describe, expect, it } from "vitest";
import { revealRow } from "../../../../extension/mesh/reveal-row.ts";
import { WindowLog } from "../../../support/window-log.ts";

const clock = { now: () => 0, wait: async () => undefined };

describe("selecting a row", () => {
  it("is tried again while the editor draws the tree, and never an error for a person", async () => {
    for (const [failures, lines] of [
      [0, 0],
      [3, 0],
      [100, 1],
    ] as const) {
      const log = new WindowLog();
      let tries = 0;
      const reveal = async (): Promise<void> => {
        if (tries++ < failures) throw new Error("Cannot resolve tree item");
      };
      await revealRow(reveal, clock, log);
      expect(log.lines).toHaveLength(lines);
      if (lines === 0) expect(tries).toBe(failures + 1);
    }
  });
});
