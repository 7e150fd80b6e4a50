import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Detokenize, TextDecoder } from "../../../../sidecar/engine/child/text-decoder.ts";
import { type ByteToken, byteTokens, detokenizeBytes } from "../../../support/byte-tokens.ts";

/** What each token shows, and last what the end shows. */
function decode(tokens: readonly ByteToken[]): string[] {
  const decoder = new TextDecoder(detokenizeBytes, []);
  return [...tokens.map((token) => decoder.push(token)), decoder.flush()];
}

describe("characters", () => {
  it("are shown with their last byte, whatever their length", () => {
    expect(decode(byteTokens("aé模🙂"))).toEqual(["a", "", "é", "", "", "模", "", "", "", "🙂", ""]);
  });

  it("are all shown, once and in order, when each byte is a token of its own", () => {
    // A replacement character that the model itself writes looks like a broken one.
    const text = fc.string({ unit: "grapheme" }).filter((each) => !each.includes("\uFFFD"));
    fc.assert(
      fc.property(text, (whole) => {
        const pieces = decode(byteTokens(whole));
        expect(pieces.join("")).toBe(whole);
        expect(pieces.join("")).not.toContain("\uFFFD");
      }),
    );
  });

  it("may share a token with their neighbours", () => {
    const bytes = Buffer.from("aéb");
    expect(decode([bytes.subarray(0, 2), bytes.subarray(2)])).toEqual(["a", "éb", ""]);
  });

  it("are not lost where token after token ends in the middle of one", () => {
    const whole = "éééééééé";
    const bytes = Buffer.from(whole);
    const edges = [0, 1, 3, 5, 7, 9, 11, 13, 15, 16];
    const tokens = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
    expect(decode(tokens).join("")).toBe(whole);
  });

  it("are not lost after a replacement character that the model itself writes", () => {
    expect(decode(byteTokens("\uFFFD🙂")).join("")).toBe("\uFFFD🙂");
  });
});

describe("bytes that are no character", () => {
  it("are shown as replacement characters after four tokens, not held back for ever", () => {
    const pieces = decode(Array.from({ length: 4 }, () => Buffer.from([0xff])));
    expect(pieces[3]).toMatch(/^\uFFFD+$/);
  });

  it("are shown at the end when the answer breaks off in a character", () => {
    expect(decode(byteTokens("a🙂").slice(0, -1))).toEqual(["a", "", "", "", "\uFFFD"]);
  });

  it("do no harm to what follows", () => {
    expect(decode([Buffer.from([0xff]), ...byteTokens("ab")]).join("")).toBe("\uFFFDab");
  });
});

describe("the tokens before", () => {
  /** Writes a space between tokens, except at the very beginning: as tokenizers do that keep spaces in their words. */
  const spaced: Detokenize<string> = (tokens, before) =>
    tokens.map((token, index) => (index + before.length === 0 ? token : ` ${token}`)).join("");

  it("of the prompt decide about the first space", () => {
    expect(new TextDecoder(spaced, ["prompt"]).push("word")).toBe(" word");
    expect(new TextDecoder(spaced, []).push("word")).toBe("word");
  });

  it("of the answer decide about the next one", () => {
    const decoder = new TextDecoder(spaced, []);
    expect(["a", "b", "c"].map((token) => decoder.push(token)).join("")).toBe("a b c");
  });

  it("are the last ones in order, without those that are being decoded", () => {
    const seen: (readonly string[])[] = [];
    const record: Detokenize<string> = (tokens, before) => {
      seen.push(before);
      return tokens.join("");
    };
    const decoder = new TextDecoder(record, ["p1", "p2"]);
    for (const token of ["a", "b", "c"]) decoder.push(token);
    expect(seen).toEqual([
      ["p1", "p2"],
      ["p1", "p2", "a"],
      ["p1", "p2", "a", "b"],
    ]);
  });

  it("do not grow with the answer", () => {
    let most = 0;
    const measure: Detokenize<string> = (tokens, before) => {
      most = Math.max(most, before.length);
      return tokens.join("");
    };
    const decoder = new TextDecoder(
      measure,
      Array.from({ length: 1000 }, () => "p"),
    );
    for (let count = 0; count < 1000; count++) decoder.push("a");
    expect(most).toBeLessThan(100);
  });
});

it("has nothing left at the end of a whole text, also when asked twice", () => {
  const decoder = new TextDecoder(detokenizeBytes, []);
  for (const token of byteTokens("é")) decoder.push(token);
  expect([decoder.flush(), decoder.flush()]).toEqual(["", ""]);
});
