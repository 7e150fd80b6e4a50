import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffWords } from "../../../../webview/compare/word-diff.ts";

const marked = (base: string, other: string): string | undefined =>
  diffWords(base, other, "en")
    ?.parts.map(({ kind, text }) => (kind === "same" ? text : kind === "added" ? `{+${text}+}` : `{-${text}-}`))
    .join("");

describe("differences between answers", () => {
  it("are told word by word, with the sign that belongs to a word left where it is", () => {
    expect(marked("A quick brown fox.", "A slow brown fox, really.")).toBe(
      "A {-quick -}{+slow +}brown fox{+, really+}.",
    );
    expect(diffWords("A quick brown fox.", "A slow brown fox, really.", "en")).toMatchObject({
      addedWords: 2,
      removedWords: 1,
      samePercent: 66,
    });
  });

  it("are none where only the space between the words is another", () => {
    expect(marked("one two\nthree", "one  two three\n")).toBe("one  two three\n");
    expect(diffWords("", "", "en")).toMatchObject({ parts: [], samePercent: 100 });
  });

  it("are found in scripts without spaces", () => {
    expect(marked("今日は天気がいいです", "今日は気分がいいです")).toMatch(/^今日は.*がいいです$/u);
    expect(marked("今日は天気がいいです", "今日は気分がいいです")).toContain("{-天気-}");
  });

  it("keep every character of the other text, and every word of the base", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "cd", " ", "\n", ". ", "é", "語", "🙂"), { maxLength: 60 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(text, text, (base, other) => {
        const diff = diffWords(base, other, "en");
        const of = (left: string): string =>
          diff?.parts
            .filter(({ kind }) => kind !== left)
            .map((part) => part.text)
            .join("") ?? "";
        expect(of("removed")).toBe(other);
        expect(of("added").replace(/\s/g, "")).toBe(base.replace(/\s/g, ""));
      }),
    );
  });

  it("are not drawn between answers that have next to nothing in common", () => {
    const words = (prefix: string): string => Array.from({ length: 900 }, (_, n) => `${prefix}${n}`).join(" ");
    expect(diffWords(words("a"), words("b"), "en")).toBeUndefined();
    expect(diffWords(words("a"), words("a"), "en")?.samePercent).toBe(100);
  });
});
