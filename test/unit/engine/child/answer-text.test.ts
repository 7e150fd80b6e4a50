import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnswerText } from "../../../../sidecar/engine/child/answer-text.ts";

/** One token for each byte. */
const byteTokens = (text: string): Buffer[] => [...Buffer.from(text)].map((byte) => Buffer.from([byte]));

/** What each token shows, and last what the end shows. */
function decode(tokens: readonly Uint8Array[], stop: readonly string[] = []): string[] {
  const text = new AnswerText(stop);
  const shown: string[] = [];
  for (const token of tokens) {
    const piece = text.push(token);
    shown.push(piece.text);
    if (piece.stopped) return shown;
  }
  return [...shown, text.end().text];
}

describe("characters", () => {
  it("are shown with their last byte, whatever their length", () => {
    expect(decode(byteTokens("aé模🙂"))).toEqual(["a", "", "é", "", "", "模", "", "", "", "🙂", ""]);
  });

  it("are all shown, once and in order, however the text is cut into tokens", () => {
    const cuts = fc.array(fc.nat({ max: 40 }));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), cuts, (whole, places) => {
        const bytes = Buffer.from(whole);
        const edges = [0, ...places.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length];
        const tokens = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
        expect(decode(tokens).join("")).toBe(bytes.toString("utf8"));
      }),
    );
  });

  it("may share a token with their neighbours", () => {
    const bytes = Buffer.from("aéb");
    expect(decode([bytes.subarray(0, 2), bytes.subarray(2)])).toEqual(["a", "éb", ""]);
  });

  it("are not lost after a replacement character that the model itself writes", () => {
    expect(decode(byteTokens("\uFFFD🙂")).join("")).toBe("\uFFFD🙂");
  });
});

describe("bytes that are no character", () => {
  it("are shown as replacement characters at once, not held back for ever", () => {
    expect(decode(Array.from({ length: 4 }, () => Buffer.from([0xff])))).toEqual([..."\uFFFD\uFFFD\uFFFD\uFFFD", ""]);
  });

  it("are shown at the end when the answer breaks off in a character", () => {
    expect(decode(byteTokens("a🙂").slice(0, -1))).toEqual(["a", "", "", "", "\uFFFD"]);
  });

  it("do no harm to what follows", () => {
    expect(decode([Buffer.from([0xff]), ...byteTokens("ab")]).join("")).toBe("\uFFFDab");
  });
});

describe("a stop text", () => {
  it("ends the answer, also when it is spread over tokens that are parts of characters", () => {
    expect(decode(byteTokens("a🙂é!"), ["🙂é"]).join("")).toBe("a");
  });

  it("is shown at the end as far as it has come when the rest never comes", () => {
    expect(decode(byteTokens("ab"), ["bc"])).toEqual(["a", "", "b"]);
  });
});
