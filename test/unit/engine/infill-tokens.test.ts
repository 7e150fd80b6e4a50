import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readGgufHeader } from "../../../sidecar/engine/gguf-header.ts";
import { type GgufValueBytes, ggufBytes, ggufValue as v } from "../../support/gguf-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "infill-tokens-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function canFillIn(tokens: readonly string[], more: readonly (readonly [string, GgufValueBytes])[] = []) {
  const path = join(folder, "model.gguf");
  const vocabulary = ["tokenizer.ggml.tokens", v.array(8, tokens.map(v.string))] as const;
  await writeFile(path, ggufBytes({ metadata: [["general.architecture", v.string("llama")], vocabulary, ...more] }));
  return (await readGgufHeader(path)).hasInfillTokens;
}
const numbers = (prefix: number, suffix: number): [string, GgufValueBytes][] => [
  ["tokenizer.ggml.fim_pre_token_id", v.u32(prefix)],
  ["tokenizer.ggml.fim_suf_token_id", v.u32(suffix)],
];

describe("whether a model fills in the middle", () => {
  it.each([
    ["Qwen", ["<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"]],
    ["StarCoder", ["<fim_prefix>", "<fim_middle>", "<fim_suffix>"]],
    ["DeepSeek", ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"]],
    ["CodeLlama", ["▁<PRE>", "▁<MID>", "▁<SUF>"]],
  ])("is read from its vocabulary: %s", async (_family, marks) => {
    // They stand far behind, in another window of the file than its beginning.
    const words = Array.from({ length: 60_000 }, (_, place) => `word${place}`);
    expect(await canFillIn([...words, ...marks, "<|endoftext|>"])).toBe(true);
    expect(await canFillIn(words)).toBe(false);
    expect(await canFillIn(marks.slice(0, 1))).toBe(false);
  });

  it("is said by their numbers as well, newer or older", async () => {
    expect(await canFillIn(["a", "b", "c"], numbers(1, 2))).toBe(true);
    expect(
      await canFillIn(
        ["a", "b", "c"],
        [
          ["tokenizer.ggml.prefix_token_id", v.i32(1)],
          ["tokenizer.ggml.suffix_token_id", v.i32(2)],
        ],
      ),
    ).toBe(true);
  });

  it("is not believed of numbers that are no tokens", async () => {
    expect(await canFillIn(["a", "b", "c"], numbers(1, 3))).toBe(false);
    expect(await canFillIn(["a", "b", "c"], numbers(2 ** 32 - 1, 2))).toBe(false);
    expect(await canFillIn(["a"], [["tokenizer.ggml.prefix_token_id", v.i32(-1)]])).toBe(false);
  });

  it("is nothing that a text which only mentions them says", async () => {
    expect(await canFillIn(["x<|fim_prefix|>", "<|fim_suffix|>y"])).toBe(false);
  });
});
