import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitLines } from "../../../../extension/inline/document-lines.ts";
import { applyHunks, changedLines, diffLines } from "../../../../extension/inline/line-diff.ts";

/** Few different lines, so that texts repeat themselves as code does; all endings; with and without a final one. */
const line = fc.constantFrom("", "a", "b", "  a", "}", "\t}");
const ending = fc.constantFrom("\n", "\r\n", "\r");
const document = fc
  .tuple(fc.array(fc.tuple(line, ending)), fc.constantFrom("", "end"))
  .map(([lines, last]) => lines.map(([text, end]) => text + end).join("") + last);

describe("lines", () => {
  it("give the text back byte for byte", () => {
    fc.assert(
      fc.property(document, (text) => {
        expect(splitLines(text).join("")).toBe(text);
      }),
    );
    expect(splitLines("a\r\n\nb")).toEqual(["a\r\n", "\n", "b"]);
    expect(splitLines("")).toEqual([]);
  });
});

describe("the difference of two texts", () => {
  it("applied to the old one is the new one, whatever the order of the hunks", () => {
    fc.assert(
      fc.property(document, document, fc.boolean(), (old, next, isReversed) => {
        const lines = splitLines(old);
        const hunks = diffLines(lines, splitLines(next));
        expect(applyHunks(lines, isReversed ? hunks.toReversed() : hunks).join("")).toBe(next);
      }),
    );
  });

  it("is the old text's own lines, in order, with something equal between two hunks", () => {
    fc.assert(
      fc.property(document, document, (old, next) => {
        const lines = splitLines(old);
        let end = -1;
        for (const hunk of diffLines(lines, splitLines(next))) {
          expect(hunk.start).toBeGreaterThan(end);
          end = hunk.start + hunk.oldLines.length;
          expect(lines.slice(hunk.start, end)).toEqual(hunk.oldLines);
          expect(hunk.oldLines).not.toEqual(hunk.newLines);
        }
      }),
    );
  });

  it("is nothing for equal texts, and tells line endings apart", () => {
    expect(diffLines(["a\n"], ["a\n"])).toEqual([]);
    expect(diffLines(["a\r\n"], ["a\n"])).toEqual([{ start: 0, oldLines: ["a\r\n"], newLines: ["a\n"] }]);
  });

  it("keeps separate changes apart, and counts what a person looks at", () => {
    const hunks = diffLines(["a\n", "b\n", "c\n"], ["A\n", "b\n", "c\n", "d\n"]);
    expect(hunks).toEqual([
      { start: 0, oldLines: ["a\n"], newLines: ["A\n"] },
      { start: 3, oldLines: [], newLines: ["d\n"] },
    ]);
    expect(changedLines(hunks)).toBe(3);
  });

  it("of texts without anything in common is one hunk, also when they are long", () => {
    const [old, next] = ["a", "b"].map((letter) => Array.from({ length: 3_000 }, (_, index) => `${letter}${index}\n`));
    expect(diffLines(old ?? [], next ?? [])).toEqual([{ start: 0, oldLines: old, newLines: next }]);
  });
});
