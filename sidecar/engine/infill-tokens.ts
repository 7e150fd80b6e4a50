import type { GgufMetadata } from "./gguf-metadata.ts";

type Role = "prefix" | "suffix";

/**
 * The tokens that stand before the text in front of a gap and before the text behind it. A file names them by their
 * number, under a newer key or an older one, or has them in its vocabulary by one of the names that llama.cpp knows.
 * Source: llama.cpp, gguf-py/gguf/constants.py and src/llama-vocab.cpp.
 */
const marks: Readonly<Record<Role, { readonly keys: readonly string[]; readonly names: readonly string[] }>> = {
  prefix: {
    keys: ["tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id"],
    names: ["<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>"],
  },
  suffix: {
    keys: ["tokenizer.ggml.fim_suf_token_id", "tokenizer.ggml.suffix_token_id"],
    names: ["<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>"],
  },
};

/** What to look for in a vocabulary, which is otherwise passed over unread. */
export const infillTokenNames: ReadonlySet<string> = new Set([...marks.prefix.names, ...marks.suffix.names]);

/** Whether a model has what it takes to be asked for the text between two others. */
export function hasInfillTokens({ scalars, arrayLengths, knownTokens }: GgufMetadata): boolean {
  const vocabulary = arrayLengths.get("tokenizer.ggml.tokens") ?? 0;
  const isToken = (key: string): boolean => {
    const number = scalars.get(key);
    return typeof number === "number" && number >= 0 && number < vocabulary;
  };
  return Object.values(marks).every(
    ({ keys, names }) => keys.some(isToken) || names.some((name) => knownTokens.has(name)),
  );
}
