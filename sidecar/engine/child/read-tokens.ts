import type { LlamaModel, Token } from "node-llama-cpp";
import { MeshError } from "../../../contract/errors/mesh-error.ts";

/**
 * Token numbers from outside. Native code does not check them, and would end the process.
 *
 * @throws MeshError `invalid_field`
 */
export function readTokens(model: LlamaModel, numbers: readonly number[], field: string): Token[] {
  const vocabulary = model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0;
  const wrong = numbers.findIndex((number) => number >= vocabulary);
  if (wrong >= 0) {
    const problem = `the model's tokens are numbered 0 to ${vocabulary - 1}`;
    throw new MeshError("invalid_field", { field: `${field}[${wrong}]`, problem });
  }
  return [...numbers] as Token[];
}
