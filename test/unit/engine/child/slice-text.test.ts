import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SliceOptions, sliceText } from "../../../../sidecar/engine/child/slice-text.ts";

const defaults: SliceOptions = { controlTexts: ["<|end|>"], style: "keepSpace", sliceCharacters: 40 };
const slices = (text: string, options: Partial<SliceOptions> = {}) => [...sliceText(text, { ...defaults, ...options })];
const words = "the quick brown fox jumps over the lazy dog ".repeat(10);

describe("a long text", () => {
  it("is cut between words, before the space", () => {
    const cut = slices(words);
    expect(cut.join("")).toBe(words);
    for (const slice of cut.slice(1)) expect(slice).toMatch(/^ \p{L}/u);
    for (const slice of cut.slice(0, -1)) expect(slice).toMatch(/\p{L}$/u);
  });

  it("is cut without the space where the vocabulary adds one by itself", () => {
    const cut = slices(words, { style: "dropSpace" });
    expect(cut.join(" ")).toBe(words);
    for (const slice of cut.slice(1)) expect(slice).toMatch(/^\p{L}/u);
  });

  it("is cut in the same places whatever follows, so that a longer conversation begins with the same tokens", () => {
    const before = slices(words);
    expect(slices(`${words}and more words`).slice(0, before.length - 1)).toEqual(before.slice(0, -1));
  });

  it("that is short enough stays whole", () => {
    expect(slices("a b")).toEqual(["a b"]);
    expect(slices("")).toEqual([]);
  });
});

describe("where there are no words", () => {
  it("is cut somewhere, and loses nothing", () => {
    expect(slices("1".repeat(100)).map((slice) => slice.length)).toEqual([40, 40, 20]);
  });

  it("never splits a control text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("<|end|>", "1", "\n", "<", "two words", "🙂"), { maxLength: 80 }),
        (parts) => {
          const text = parts.join("");
          const cut = slices(text, { sliceCharacters: 20 });
          expect(cut.join("")).toBe(text);
          const count = (each: string) => each.split("<|end|>").length - 1;
          expect(cut.reduce((sum, slice) => sum + count(slice), 0)).toBe(count(text));
        },
      ),
    );
  });

  it("never splits a character", () => {
    for (const slice of slices("🙂".repeat(100), { sliceCharacters: 21 })) expect(slice.isWellFormed()).toBe(true);
  });
});
