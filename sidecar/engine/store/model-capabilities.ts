import type { ModelCapability } from "../../../contract/mesh/model-capability.ts";
import type { GgufHeader } from "../gguf-header.ts";

/** `enum llama_pooling_type` of llama.h: what becomes of the tokens' states. Only models for one vector name one. */
const pooling = { none: 0, rank: 4 } as const;
/** Architectures without a decoder: they give vectors and nothing else. */
const encoders = /(^|-)(bert|modernbert|roberta|t5encoder)(-|$)|^(neo-bert|eurobert|gemma-embedding)$/;

/**
 * What a model can do, read from its header and its chat template. A template speaks of tools or thoughts only when
 * the model was trained for them; what is not mentioned there cannot be asked for.
 */
export function modelCapabilities(
  header: Pick<GgufHeader, "architecture" | "chatTemplate" | "hasInfillTokens" | "metadata">,
): ModelCapability[] {
  const { architecture = "", chatTemplate, hasInfillTokens, metadata } = header;
  const poolingType = metadata.get(`${architecture}.pooling_type`);
  if (poolingType === pooling.rank || metadata.has("tokenizer.chat_template.rerank")) return ["rerank"];
  const isEncoder = encoders.test(architecture);
  if (isEncoder || (typeof poolingType === "number" && poolingType > pooling.none)) return ["embeddings"];
  const infill: ModelCapability[] = hasInfillTokens ? ["infill"] : [];
  if (chatTemplate === undefined) return infill;
  const capabilities: ModelCapability[] = ["chat"];
  if (takesTools(chatTemplate) || metadata.has("tokenizer.chat_template.tool_use")) capabilities.push("tools");
  if (/<think>|<\/think>|\benable_thinking\b|\breasoning_content\b|<\|channel\|>/.test(chatTemplate)) {
    capabilities.push("reasoning");
  }
  return [...capabilities, ...infill];
}

/** Looks into the template's code alone: a system prompt in it may speak of tools that the model does not have. */
function takesTools(template: string): boolean {
  const code = template
    .split(/\{[{%]/)
    .slice(1)
    .map((piece) => piece.split(/[}%]\}/, 1)[0] ?? "")
    .join(" ");
  return /\btool_calls\b/.test(code) || /\btools\b/.test(code.replace(/"[^"]*"|'[^']*'/g, ""));
}
