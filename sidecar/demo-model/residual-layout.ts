/** How sure a keyword makes us of its topic, strongest first. A stronger level wins wherever the keyword stands. */
export const keywordLevels = ["strong", "ordinary", "faint"] as const;

export type KeywordLevel = (typeof keywordLevels)[number];

/** Length of the vector that stands for a token, on the input side and, with other vectors, on the output side. */
export const tokenCodeLength = 32;

/** Length of the vector that stands for a topic: three of them, one per keyword level, fit into one quantized block. */
export const topicCodeLength = 10;

/**
 * Where everything lies in the residual stream, the vector that each token carries through the layer.
 *
 * Q8_0 stores 32 numbers with one scale, so numbers of different size must not share a block of 32: the small entries
 * of the codes have blocks of their own, and the large constant lies in the last block.
 */
export const residual = {
  current: 0,
  /** The codes of the tokens one, two and three places back, written by the attention heads. */
  back: [32, 64, 96],
  /** The code of the next token, written by the feed-forward units and read by the output matrix. */
  next: 128,
  /** Per level, the topic of the newest keyword in the newest user message, written by the attention heads. */
  topic: { strong: 160, ordinary: 170, faint: 180 },
  /** In the embedding of a keyword: the code of its topic, fetched from here by the topic heads. */
  keywordTopic: 192,
  /** In the embedding of a keyword or turn marker: 1 at its level, which attracts that level's head. */
  flag: { strong: 202, ordinary: 203, faint: 204 },
  /** Makes all embeddings equally long, so that the norm divides all tokens by the same number. */
  ballast: 205,
  /** The same number in every token: through it the bias-free matrices of a Llama get their biases. */
  constant: 206,
  length: 224,
} as const;

/** Value of the constant; 2 keeps it and the flags, which are 1, in one quantized block without losing precision. */
export const constantValue = 2;

/** Squared length that flags, topic code and ballast have together in each embedding: a turn marker needs 3 + 1. */
export const flaggedSquare = 4;

const embeddingSquare = 1 + flaggedSquare + constantValue ** 2;

/** What RMSNorm multiplies an embedding by: sqrt(length / |x|²), with |x|² the same for all tokens by construction. */
export const attentionNormGain = Math.sqrt(residual.length / embeddingSquare);

/** The same behind attention, which has added three token codes and three topic codes of length 1. */
export const memoryNormGain = Math.sqrt(residual.length / (embeddingSquare + 6));

/** The same at the output, where the code of the next token has been added with about this length. */
export const outputNormGain = (nextCodeLength: number): number =>
  Math.sqrt(residual.length / (embeddingSquare + 6 + nextCodeLength ** 2));
