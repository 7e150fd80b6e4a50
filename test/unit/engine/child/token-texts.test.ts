import type { Token } from "node-llama-cpp";
import { expect, it } from "vitest";
import { TokenTexts } from "../../../../sidecar/engine/child/token-texts.ts";

const end = 9 as Token;

/** A stand-in for a vocabulary: how each token is spelled, and the bytes that it stands for. */
function textsOf(vocabulary: Readonly<Record<number, readonly [spelling: string, bytes: readonly number[]]>>) {
  let lookUps = 0;
  const texts = new TokenTexts({
    model: {
      tokenize: (() => []) as never,
      isEogToken: (token) => token === end,
      detokenize: (tokens) => {
        lookUps++;
        return Buffer.from(tokens.flatMap((token) => [...(vocabulary[token]?.[1] ?? [])])).toString("utf8");
      },
    },
    spelling: (token) => vocabulary[token]?.[0] ?? "",
  });
  const bytes = (token: number) => [...texts.entry(token as Token).bytes];
  return { texts, bytes, lookUps: () => lookUps };
}

it("knows the bytes of a token of a stand-in vocabulary that ends in the middle of a character", () => {
  // 0xF0 0x9F are spelled "ð" and "Ł" where bytes are letters; 0x20 is "Ġ".
  const { bytes } = textsOf({ 1: ["ĠðŁ", [0x20, 0xf0, 0x9f]], 2: ["<0xE6>", [0xe6]], 3: ["abc", [0x61, 0x62, 0x63]] });
  expect(bytes(1)).toEqual([0x20, 0xf0, 0x9f]);
  expect(bytes(2)).toEqual([0xe6]);
  expect(bytes(3)).toEqual([0x61, 0x62, 0x63]);
});

it("does not guess where a stand-in vocabulary spells in a way of its own", () => {
  const { bytes } = textsOf({ 1: ["odd", [0xff]] });
  expect(Buffer.from(bytes(1)).toString("utf8")).toBe("\uFFFD");
});

it("looks a token of a stand-in vocabulary up once, and knows which one ends an answer", () => {
  const { texts, lookUps } = textsOf({ 1: ["a", [0x61]], 9: ["</s>", []] });
  const first = texts.entry(1 as Token);
  expect(texts.entry(1 as Token)).toBe(first);
  expect(lookUps()).toBe(1);
  expect([first.isEnd, texts.entry(end).isEnd]).toEqual([false, true]);
  expect(texts.entry(end).bytes).toHaveLength(0);
});
