import { GgufWriter } from "../../sidecar/demo-model/gguf-writer.ts";
import { encodeTensor } from "../../sidecar/demo-model/quantization.ts";

const rank = 4;

/**
 * A LoRA adapter for the first layers of the tiny random model: it adds the product of two thin matrices to the
 * projections of the feed-forward part. What it makes the model say means nothing, but is something else.
 */
export function makeLoraAdapter(dimensions = 128, feedForward = 384, layers = 4): Buffer {
  const writer = new GgufWriter()
    .setString("general.type", "adapter")
    .setString("general.architecture", "llama")
    .setString("adapter.type", "lora")
    .setFloat32("adapter.lora.alpha", rank);
  for (let layer = 0; layer < layers; layer++) {
    const name = `blk.${layer}.ffn_up.weight`;
    add(writer, `${name}.lora_a`, [dimensions, rank]);
    add(writer, `${name}.lora_b`, [rank, feedForward]);
  }
  return writer.toBuffer();
}

function add(writer: GgufWriter, name: string, shape: [number, number]): void {
  const weights = Float32Array.from({ length: shape[0] * shape[1] }, (_, index) => Math.sin(index * 12.9898) * 0.6);
  writer.addTensor({ name, shape, type: "F32", bytes: () => encodeTensor("F32", weights) });
}
