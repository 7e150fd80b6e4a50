import { createHash } from "node:crypto";
import { answerSteps, memoryContexts } from "./answer-memory.ts";
import { headCount, headDimensions, makeAttentionWeights } from "./attention-weights.ts";
import { topics } from "./corpus/topics.ts";
import { type DemoVocabulary, makeDemoVocabulary } from "./demo-vocabulary.ts";
import { GgufWriter } from "./gguf-writer.ts";
import { type LlamaShape, llamaTensors, putLlamaMetadata } from "./llama-metadata.ts";
import { makeMemoryWeights } from "./memory-weights.ts";
import { encodeTensor, type TensorType } from "./quantization.ts";
import { residual } from "./residual-layout.ts";
import { makeDemoCodes, makeEmbedding, makeOutput } from "./token-weights.ts";
import { chatMlTemplate, putTokenizerMetadata, specialTokens } from "./tokenizer-metadata.ts";
import type { WeightMatrix } from "./weight-matrix.ts";

export const demoModelFileName = "mesh-guide-demo.gguf";

/** Metadata keys of our own, by which an existing file is recognised without making it again. */
export const demoVersionKey = "mesh.demo.version";
export const demoSizeKey = "mesh.demo.size_bytes";

/** To be raised when the way of making the model changes; a change of the corpus is noticed by itself. */
const constructionVersion = 1;

/** Changes whenever the demo model would come out different. */
export function demoModelVersion(): string {
  const corpusHash = createHash("sha256").update(JSON.stringify(topics)).digest("hex");
  return `${constructionVersion}-${corpusHash.slice(0, 16)}`;
}

const weightType: TensorType = "Q8_0";

/** As far as the topic heads see: they lose sight of a turn marker after 3900 tokens. */
const contextTokens = 4096;

/**
 * The bytes of the demo model's GGUF file, the same on every call. Takes about a second of one processor.
 *
 * No weight is learned: a Llama with one layer is wired by hand so that it recites the corpus. docs/DEMO-MODEL.md
 * explains how.
 */
export function makeDemoModel(): Buffer {
  const vocabulary = makeDemoVocabulary(topics);
  const { matrices, feedForward } = makeMatrices(vocabulary);
  const shape: LlamaShape = {
    layers: 1,
    dimensions: residual.length,
    heads: headCount,
    kvHeads: headCount,
    headDimensions,
    feedForward,
    vocabulary: vocabulary.tokens.length,
    contextTokens,
  };
  const writer = new GgufWriter().setString(demoVersionKey, demoModelVersion()).setUint64(demoSizeKey, 0);
  putLlamaMetadata(writer, "Mesh Guide (demo)", { ...shape, type: weightType });
  putTokenizerMetadata(writer, { ...vocabulary, chatTemplate: chatMlTemplate });
  for (const { name, inputs, outputs } of llamaTensors(shape)) {
    const matrix = matrices.get(name);
    if (outputs === undefined) writer.addTensor({ name, shape: [inputs], type: "F32", bytes: () => onesBytes(inputs) });
    else if (matrix === undefined) throw new Error(`no weights for ${name}`);
    else {
      const bytes = () => encodeTensor(weightType, matrix.weights);
      writer.addTensor({ name, shape: [inputs, outputs], type: weightType, bytes });
    }
  }
  return writer.setUint64(demoSizeKey, writer.sizeBytes).toBuffer();
}

function makeMatrices(vocabulary: DemoVocabulary): { matrices: Map<string, WeightMatrix>; feedForward: number } {
  const steps = answerSteps(topics, vocabulary);
  const contexts = memoryContexts(steps, vocabulary);
  const codes = makeDemoCodes({ topics, steps, contexts });
  const fallbackToken = vocabulary.encoder.idOf(specialTokens.turnEnd);
  const memory = makeMemoryWeights({ contexts, topics, codes, fallbackToken });
  const attention = makeAttentionWeights();
  const matrices = new Map([
    ["token_embd.weight", makeEmbedding(vocabulary, codes)],
    ["blk.0.attn_q.weight", attention.query],
    ["blk.0.attn_k.weight", attention.key],
    ["blk.0.attn_v.weight", attention.value],
    ["blk.0.attn_output.weight", attention.output],
    ["blk.0.ffn_gate.weight", memory.gate],
    ["blk.0.ffn_up.weight", memory.up],
    ["blk.0.ffn_down.weight", memory.down],
    ["output.weight", makeOutput(vocabulary, codes)],
  ]);
  return { matrices, feedForward: memory.units };
}

/** RMSNorm weights that leave the normalized vector as it is. */
function onesBytes(length: number): Uint8Array {
  return encodeTensor("F32", new Float32Array(length).fill(1));
}
