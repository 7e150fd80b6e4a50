import { byteCharacters, type Merge } from "./byte-pair-encoding.ts";
import type { GgufWriter } from "./gguf-writer.ts";

export const specialTokens = {
  begin: "<|bos|>",
  padding: "<|pad|>",
  turnStart: "<|im_start|>",
  turnEnd: "<|im_end|>",
} as const;

/** ChatML, the format that most tools recognise: each turn is `<|im_start|>role\ncontent<|im_end|>\n`. */
export const chatMlTemplate =
  "{{ bos_token }}{% for message in messages %}" +
  "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** Every token of a byte-level vocabulary, in the order of the ids: bytes, merge results, special tokens. */
export function vocabularyOf(merges: readonly Merge[]): string[] {
  const joined = new Set(merges.map(([left, right]) => left + right));
  return [...byteCharacters, ...joined, ...Object.values(specialTokens)];
}

/** Control tokens around a gap in a text, which the model is to fill. */
export interface InfillMarks {
  readonly prefix: string;
  readonly suffix: string;
  /** The gap itself; some models have none. */
  readonly middle?: string;
  /** The file says which they are; otherwise they are known by their names alone. */
  readonly isNumbered: boolean;
}

export const infillTokensOf = ({ prefix, suffix, middle }: InfillMarks): string[] => [
  prefix,
  suffix,
  ...(middle === undefined ? [] : [middle]),
];

export interface TokenizerDescription {
  readonly tokens: readonly string[];
  readonly merges: readonly Merge[];
  /** Null leaves the template out, as in base models that are not made for chats. */
  readonly chatTemplate: string | null;
  /** Left out where the vocabulary has none. */
  readonly infill?: InfillMarks | undefined;
}

/** Puts a GPT-2 style tokenizer into the file's metadata. Key names: llama.cpp, gguf-py/gguf/constants.py. */
export function putTokenizerMetadata(writer: GgufWriter, tokenizer: TokenizerDescription): void {
  const { tokens, merges, chatTemplate, infill } = tokenizer;
  const marks = infill === undefined ? [] : infillTokensOf(infill);
  const special = new Set<string>([...Object.values(specialTokens), ...marks]);
  const normalTokenType = 1;
  const controlTokenType = 3;
  writer
    .setString("tokenizer.ggml.model", "gpt2")
    .setString("tokenizer.ggml.pre", "gpt-2")
    .setStrings("tokenizer.ggml.tokens", tokens)
    .setInt32s(
      "tokenizer.ggml.token_type",
      tokens.map((token) => (special.has(token) ? controlTokenType : normalTokenType)),
    )
    .setStrings(
      "tokenizer.ggml.merges",
      merges.map((merge) => merge.join(" ")),
    )
    .setUint32("tokenizer.ggml.bos_token_id", tokens.indexOf(specialTokens.begin))
    .setUint32("tokenizer.ggml.eos_token_id", tokens.indexOf(specialTokens.turnEnd))
    .setUint32("tokenizer.ggml.eot_token_id", tokens.indexOf(specialTokens.turnEnd))
    .setUint32("tokenizer.ggml.padding_token_id", tokens.indexOf(specialTokens.padding))
    .setBoolean("tokenizer.ggml.add_bos_token", true);
  const numbered = infill?.isNumbered === true ? marks : [];
  for (const [place, mark] of numbered.entries()) {
    writer.setUint32(`tokenizer.ggml.fim_${["pre", "suf", "mid"][place]}_token_id`, tokens.indexOf(mark));
  }
  if (chatTemplate !== null) writer.setString("tokenizer.chat_template", chatTemplate);
}
