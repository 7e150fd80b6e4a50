import type { TranslatableEmbeddings } from "../../../contract/openai/translatable-embeddings.ts";
import { unsupportedValue } from "./refuse-fields.ts";

export interface Vectors {
  /** One for each text, in their order. */
  readonly vectors: readonly (readonly number[])[];
  /** 0 where the server does not count. */
  readonly promptTokens: number;
}

/** @throws MeshError `unsupported_field` for tokens: they are numbers of another model's */
export function textsOf({ input }: TranslatableEmbeddings): readonly string[] {
  const inputs = typeof input === "string" ? [input] : input;
  return inputs.map((each) => {
    if (typeof each === "string") return each;
    throw unsupportedValue("input", "it must be a text or a list of texts");
  });
}

/** The answer to a request for vectors, in OpenAI's words. */
export function toEmbeddings({ vectors, promptTokens }: Vectors, { model, encoding_format }: TranslatableEmbeddings) {
  const encode = (vector: readonly number[]) => (encoding_format === "base64" ? toBase64(vector) : vector);
  return {
    object: "list",
    data: vectors.map((vector, index) => ({ object: "embedding", index, embedding: encode(vector) })),
    model,
    usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
  };
}

/** 32-bit numbers, the lowest byte first. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(4 * vector.length);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, 4 * index);
  return bytes.toString("base64");
}
