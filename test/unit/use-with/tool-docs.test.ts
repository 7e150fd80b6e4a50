import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { withToolReference } from "../../support/tool-docs/tool-reference.ts";

describe("docs/USE-WITH.md", () => {
  it("says what the table of tools says: `npm run docs:api` writes it", () => {
    const text = readFileSync("docs/USE-WITH.md", "utf8");
    expect(withToolReference(text)).toBe(text);
  });

  it("cannot lose its generated part", () => {
    expect(() => withToolReference("# nothing")).toThrow("marks");
  });
});
