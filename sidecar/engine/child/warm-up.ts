import type { LlamaContext, LlamaModel } from "node-llama-cpp";

/**
 * Evaluates one token: the first step allots buffers and touches the weights for the first time, which would otherwise
 * be part of somebody's first answer. The sequence is given back as it was.
 */
export async function warmUp(model: LlamaModel, context: LlamaContext): Promise<void> {
  // An encoder generates nothing.
  if (!model.fileInsights.hasDecoder) return;
  const token = model.tokens.bos ?? model.tokens.eos ?? model.tokenize(" ")[0];
  if (token === undefined) return;
  const sequence = context.getSequence();
  try {
    await sequence.evaluateWithoutGeneratingNewTokens([token]);
    await sequence.clearHistory();
  } finally {
    await sequence.dispose();
  }
}
