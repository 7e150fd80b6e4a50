import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gapBudget, gapWindow } from "../../../../extension/ghost/gap-window.ts";

const documentOf = (lines: readonly string[]) => ({ lineCount: lines.length, line: (at: number) => lines[at] ?? "" });
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

describe("what a model sees of a document", () => {
  it("is all of a small one, cut at the gap", () => {
    const document = documentOf(["a(", "b", "c)"]);
    expect(gapWindow(document, { line: 1, character: 1 }, { prefix: 99, suffix: 99 })).toEqual({
      prefix: "a(\nb",
      suffix: "\nc)",
    });
  });

  it("is cut between lines", () => {
    const { prefix, suffix } = gapWindow(
      documentOf(numbered(500)),
      { line: 250, character: 4 },
      {
        prefix: 400,
        suffix: 100,
      },
    );
    expect(prefix.startsWith("line ")).toBe(true);
    expect(prefix.endsWith("\nline")).toBe(true);
    expect(suffix.startsWith(" 250\nline 251")).toBe(true);
    expect(suffix.split("\n").at(-1)).toMatch(/^line \d+$/);
  });

  it("begins at the same line while somebody types, so that it need not be read again", () => {
    const lines = numbered(500);
    const at = (line: number, typed: string) => {
      lines[line] = typed;
      return gapWindow(documentOf(lines), { line, character: typed.length }, { prefix: 2000, suffix: 100 }).prefix;
    };
    const first = at(300, "");
    expect(at(300, "const a = 1;").startsWith(first)).toBe(true);
    expect(at(301, "const b = 2;").startsWith(first)).toBe(true);
  });

  it("is no more than what was allowed, and never half a character", () => {
    const line = fc.string({ unit: fc.constantFrom("a", "🙂", " "), maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 90 }),
        fc.nat(),
        fc.nat(),
        fc.nat(200),
        (lines, l, c, budget) => {
          const at = { line: l % lines.length, character: 0 };
          const own = [...(lines[at.line] ?? "")];
          at.character = own.slice(0, c % (own.length + 1)).join("").length;
          const { prefix, suffix } = gapWindow(documentOf(lines), at, { prefix: budget, suffix: budget });
          expect(prefix.length).toBeLessThanOrEqual(budget);
          expect(suffix.length).toBeLessThanOrEqual(budget);
          expect((prefix + suffix).isWellFormed()).toBe(true);
          expect(lines.join("\n")).toContain(prefix + suffix);
        },
      ),
    );
  });

  it("fits into a small context, and is no longer than a small model reads in time", () => {
    const small = gapBudget(512, 64);
    expect((small.prefix + small.suffix) / 3).toBeLessThan(512 - 64);
    expect(gapBudget(null, 64)).toEqual(gapBudget(1_000_000, 64));
    expect(gapBudget(32, 64)).toEqual({ prefix: 0, suffix: 0 });
  });
});
