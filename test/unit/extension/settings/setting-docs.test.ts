import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { withSettingReference } from "../../../support/tool-docs/setting-reference.ts";

describe("docs/SETTINGS.md", () => {
  it("says what package.json says: `npm run docs:api` writes it", () => {
    const text = readFileSync("docs/SETTINGS.md", "utf8");
    expect(withSettingReference(text)).toBe(text);
  });

  it("cannot lose its generated part", () => {
    expect(() => withSettingReference("# nothing")).toThrow("marks");
  });
});
