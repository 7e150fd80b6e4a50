import type { GgufWriter } from "./gguf-writer.ts";
import { type TensorType, tensorTypes } from "./quantization.ts";

/** The sizes of a Llama: what llama.cpp needs to know before it reads a tensor. */
export interface LlamaShape {
  readonly layers: number;
  /** Length of the residual stream: one vector per token. */
  readonly dimensions: number;
  readonly heads: number;
  /** Heads that hold keys and values; fewer than `heads` when several queries share one. */
  readonly kvHeads: number;
  readonly headDimensions: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly contextTokens: number;
}

/** Base of the rotary position embedding: pair i of a head turns by base^(-2i / headDimensions) radians per token. */
export const ropeBase = 10_000;

/** Puts the architecture into the file's metadata. Key names: llama.cpp, gguf-py/gguf/constants.py. */
export function putLlamaMetadata(writer: GgufWriter, name: string, shape: LlamaShape & { type: TensorType }): void {
  writer
    .setString("general.architecture", "llama")
    .setString("general.name", name)
    .setUint32("general.file_type", tensorTypes[shape.type].fileType)
    .setUint32("general.alignment", 32)
    .setUint32("llama.context_length", shape.contextTokens)
    .setUint32("llama.embedding_length", shape.dimensions)
    .setUint32("llama.block_count", shape.layers)
    .setUint32("llama.feed_forward_length", shape.feedForward)
    .setUint32("llama.attention.head_count", shape.heads)
    .setUint32("llama.attention.head_count_kv", shape.kvHeads)
    .setFloat32("llama.attention.layer_norm_rms_epsilon", 1e-5)
    .setUint32("llama.attention.key_length", shape.headDimensions)
    .setUint32("llama.attention.value_length", shape.headDimensions)
    .setUint32("llama.rope.dimension_count", shape.headDimensions)
    .setFloat32("llama.rope.freq_base", ropeBase)
    .setUint32("llama.vocab_size", shape.vocabulary);
}

/** One weight matrix or norm of a Llama: its name, and how many numbers go in and out (a norm has no `outputs`). */
export interface LlamaTensor {
  readonly name: string;
  readonly inputs: number;
  readonly outputs?: number;
}

/** All tensors of a Llama with untied output weights, in the order of the file. */
export function llamaTensors(shape: LlamaShape): LlamaTensor[] {
  const { dimensions, feedForward, vocabulary } = shape;
  const queries = shape.heads * shape.headDimensions;
  const keys = shape.kvHeads * shape.headDimensions;
  const layer = (index: number): LlamaTensor[] => [
    { name: `blk.${index}.attn_norm.weight`, inputs: dimensions },
    { name: `blk.${index}.attn_q.weight`, inputs: dimensions, outputs: queries },
    { name: `blk.${index}.attn_k.weight`, inputs: dimensions, outputs: keys },
    { name: `blk.${index}.attn_v.weight`, inputs: dimensions, outputs: keys },
    { name: `blk.${index}.attn_output.weight`, inputs: queries, outputs: dimensions },
    { name: `blk.${index}.ffn_norm.weight`, inputs: dimensions },
    { name: `blk.${index}.ffn_gate.weight`, inputs: dimensions, outputs: feedForward },
    { name: `blk.${index}.ffn_up.weight`, inputs: dimensions, outputs: feedForward },
    { name: `blk.${index}.ffn_down.weight`, inputs: feedForward, outputs: dimensions },
  ];
  return [
    { name: "token_embd.weight", inputs: dimensions, outputs: vocabulary },
    ...Array.from({ length: shape.layers }, (_, index) => layer(index)).flat(),
    { name: "output_norm.weight", inputs: dimensions },
    { name: "output.weight", inputs: dimensions, outputs: vocabulary },
  ];
}
