import { createCipheriv } from "node:crypto";
import { splitIntoWords } from "./byte-pair-encoding.ts";
import { GgufWriter } from "./gguf-writer.ts";
import { type LlamaShape, type LlamaTensor, llamaTensors, putLlamaMetadata } from "./llama-metadata.ts";
import { trainMerges } from "./merge-training.ts";

import { encodeTensor, halfBits, type TensorType, tensorTypes } from "./quantization.ts";
import { SeededRandom } from "./seeded-random.ts";
import {
  chatMlTemplate,
  type InfillMarks,
  infillTokensOf,
  putTokenizerMetadata,
  specialTokens,
  vocabularyOf,
} from "./tokenizer-metadata.ts";

export interface RandomModelOptions {
  readonly name?: string;
  readonly layers?: number;
  /** A multiple of `heads`, and of 32 for the quantized types. */
  readonly dimensions?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly feedForward?: number;
  /** Number of tokens; at least 260, the bytes and the special tokens. */
  readonly vocabulary?: number;
  readonly contextTokens?: number;
  readonly type?: TensorType;
  /** Any non-negative integer below 2^32; the same options and seed give the same bytes. */
  readonly seed?: number;
  /** Null leaves the template out. */
  readonly chatTemplate?: string | null;
  /** Marks for filling gaps; none by default. */
  readonly infill?: InfillMarks;
  /** True: answers are ASCII, at temperature 0, since some servers take exception to broken characters. */
  readonly saysAsciiOnly?: boolean;
}

const defaults = {
  name: "Tiny random model",
  layers: 4,
  dimensions: 128,
  heads: 4,
  kvHeads: 2,
  feedForward: 384,
  vocabulary: 512,
  contextTokens: 2048,
  type: "F16",
  seed: 1,
  chatTemplate: chatMlTemplate,
  saysAsciiOnly: false,
} as const;

/** The bytes of a Llama with random weights, which says nonsense fast: by default 0.9 M weights in 1.9 MB. */
export function makeRandomModel(options: RandomModelOptions = {}): Buffer {
  return randomModelWriter(options).toBuffer();
}

/** The same into a file, tensor by tensor, for models of hundreds of megabytes. */
export function writeRandomModel(path: string, options: RandomModelOptions = {}): void {
  randomModelWriter(options).writeTo(path);
}

function randomModelWriter(options: RandomModelOptions): GgufWriter {
  const settings = { ...defaults, ...options };
  const { name, type, seed, chatTemplate, infill } = settings;
  const marks = infill === undefined ? [] : infillTokensOf(infill);
  const { tokens, merges } = makeTokenizer(settings.vocabulary, marks);
  const shape: LlamaShape = { ...settings, headDimensions: settings.dimensions / settings.heads };
  const writer = new GgufWriter();
  putLlamaMetadata(writer, name, { ...shape, type });
  putTokenizerMetadata(writer, { tokens, merges, chatTemplate, infill });
  const neverSaid = [...Object.values(specialTokens), ...marks].map((text) => tokens.indexOf(text));
  // The first 256 tokens are the bytes, and no merge of the tokenizer's text goes beyond ASCII.
  if (settings.saysAsciiOnly) neverSaid.push(...Array.from({ length: 128 }, (_, place) => 128 + place));
  for (const [index, tensor] of llamaTensors(shape).entries()) {
    addRandomTensor(writer, tensor, { type, seed, index, neverSaid });
  }
  return writer;
}

const tokenizerText =
  "the quick brown fox jumps over a lazy dog while its owner asks the assistant a question about files and streams " +
  "of tokens, and the user reads a short and helpful answer from the model that runs on this machine in the mesh";

/** A vocabulary of exactly the wanted size: bytes, a few common words, marks, and placeholders that no text encodes to. */
function makeTokenizer(size: number, marks: readonly string[]) {
  const mergeLimit = size - 256 - Object.keys(specialTokens).length - marks.length;
  if (mergeLimit < 0) throw new RangeError(`a vocabulary of ${size} tokens has no room for all bytes`);
  const merges = trainMerges(new Set(splitIntoWords(tokenizerText)), Math.min(200, mergeLimit));
  const tokens = [...vocabularyOf(merges), ...marks];
  while (tokens.length < size) tokens.push(`[unused${tokens.length}]`);
  return { tokens, merges };
}

interface Randomness {
  readonly type: TensorType;
  readonly seed: number;
  /** Place of the tensor in the file, so that each has other numbers. */
  readonly index: number;
  /** Tokens that the model must not choose by itself. */
  readonly neverSaid: readonly number[];
}

function addRandomTensor(writer: GgufWriter, { name, inputs, outputs }: LlamaTensor, randomness: Randomness): void {
  const { type } = randomness;
  if (outputs === undefined) {
    const bytes = () => encodeTensor("F32", new Float32Array(inputs).fill(1));
    writer.addTensor({ name, shape: [inputs], type: "F32", bytes });
    return;
  }
  // Sums of `inputs` products then have about the size of their input; embeddings start at size 1.
  const deviation = name === "token_embd.weight" ? 1 : 1 / Math.sqrt(inputs);
  const bytes = (sizeBytes: number) => {
    const all =
      tensorTypes[type].blockLength > 1
        ? randomBlocks(sizeBytes, deviation, randomness)
        : encodeTensor(type, randomWeights(inputs * outputs, deviation, randomness));
    if (name === "output.weight") silence(all, randomness.neverSaid, sizeBytes / outputs);
    return all;
  };
  writer.addTensor({ name, shape: [inputs, outputs], type, bytes });
}

/**
 * Zero rows give these tokens a logit of 0, below the largest of hundreds of random ones: at temperature 0 an answer then
 * never ends by itself, so that tests can rely on interrupting it.
 */
function silence(output: Uint8Array, tokens: readonly number[], rowBytes: number): void {
  for (const token of tokens) output.fill(0, token * rowBytes, (token + 1) * rowBytes);
}

function randomWeights(length: number, deviation: number, { seed, index }: Randomness): Float32Array {
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) + index);
  return Float32Array.from({ length }, () => random.bell() * deviation);
}

/**
 * Quantized blocks whose numbers are random bytes and whose scales are all the same: made at the speed of AES, where
 * quantizing random floats would take minutes for a large model. AES in counter mode serves as a seeded stream.
 */
function randomBlocks(sizeBytes: number, deviation: number, { type, seed, index }: Randomness): Uint8Array {
  const key = Buffer.alloc(16);
  key.writeUInt32LE(seed);
  const counter = Buffer.alloc(16);
  // The counter proper is the last bytes; the tensor's index in the first ones keeps the streams apart.
  counter.writeUInt32LE(index);
  const bytes = createCipheriv("aes-128-ctr", key, counter).update(Buffer.alloc(sizeBytes));
  // Uniform integers have these standard deviations: 0..15 gives sqrt((16² - 1) / 12), -128..127 gives the other.
  const scale = halfBits(deviation / (type === "Q4_0" ? 4.61 : 73.9));
  for (let offset = 0; offset < sizeBytes; offset += tensorTypes[type].blockBytes) bytes.writeUInt16LE(scale, offset);
  return bytes;
}
