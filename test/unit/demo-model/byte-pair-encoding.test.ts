import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BytePairEncoder, byteCharacters, splitIntoWords } from "../../../sidecar/demo-model/byte-pair-encoding.ts";
import { trainMerges } from "../../../sidecar/demo-model/merge-training.ts";
import { vocabularyOf } from "../../../sidecar/demo-model/tokenizer-metadata.ts";

const text = "the model answers, the user reads and the models answer again: größer, schneller, 速い";
const merges = trainMerges(splitIntoWords(text));
const tokens = vocabularyOf(merges);
const encoder = new BytePairEncoder(tokens, merges);

describe("BytePairEncoder", () => {
  it("gives back any text unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (any) => {
        expect(encoder.decode(encoder.encode(any))).toBe(any);
      }),
      { numRuns: 500 },
    );
  });

  it("splits any text into words that join to it again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (any) => {
        expect(splitIntoWords(any).join("")).toBe(any);
      }),
    );
  });

  it("encodes every word that it was trained on as one token", () => {
    expect(encoder.encode(text)).toHaveLength(splitIntoWords(text).length);
  });

  it("names the two halves of a merged token and none of a byte", () => {
    const [whole] = encoder.encode(" model");
    const halves = encoder.halvesOf(whole ?? -1) ?? [];
    expect(encoder.decode([...halves])).toBe(" model");
    expect(encoder.halvesOf(0)).toBeUndefined();
  });

  it("refuses a token that the vocabulary does not have", () => {
    expect(() => encoder.idOf("Ġabsent")).toThrow("no such token");
  });
});

describe("byteCharacters", () => {
  it("has a visible character of its own for each byte", () => {
    expect(new Set(byteCharacters).size).toBe(256);
    expect(byteCharacters.filter((character) => /\s/u.test(character))).toEqual([]);
    expect(byteCharacters[0x20]).toBe("Ġ");
    expect(byteCharacters[0x0a]).toBe("Ċ");
  });
});

describe("trainMerges", () => {
  it("joins the most frequent pair first, and of equals the one that sorts first", () => {
    expect(trainMerges(["abab", "ab", "cd"], 1)).toEqual([["a", "b"]]);
    expect(trainMerges(["cd", "ab"], 1)).toEqual([["a", "b"]]);
  });

  it("does not depend on the order of the words", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-d]{1,6}$/)), (words) => {
        expect(trainMerges(words.toReversed())).toEqual(trainMerges(words));
      }),
    );
  });
});
