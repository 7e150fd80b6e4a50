import type { Detokenize } from "../../sidecar/engine/child/text-decoder.ts";

/** A token that stands for some bytes, as in byte-level tokenizers. */
export type ByteToken = Buffer;

/** What byte-level tokenizers do: the bytes of all tokens, with a replacement character for what is no whole one. */
export const detokenizeBytes: Detokenize<ByteToken> = (tokens) => Buffer.concat([...tokens]).toString("utf8");

/** One token for each byte. */
export const byteTokens = (text: string): ByteToken[] => [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
