import { describe, expect, it } from "vitest";
import { hasReportAddress } from "../../../../extension/commands/report-address.ts";

describe("a place where reports go", () => {
  it("is the address of the manifest's bugs, or of its repository", () => {
    expect(hasReportAddress({ bugs: { url: "https://example.com/bugs" } })).toBe(true);
    expect(hasReportAddress({ repository: { type: "git", url: "https://example.com/code" } })).toBe(true);
  });

  it("is none where the manifest names neither, or not as the editor reads it", () => {
    for (const manifest of [undefined, {}, { bugs: "https://example.com" }, { bugs: { url: "" }, repository: {} }]) {
      expect(hasReportAddress(manifest)).toBe(false);
    }
  });
});
