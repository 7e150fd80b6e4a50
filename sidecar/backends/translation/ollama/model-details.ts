import * as z from "zod";
import type { ModelCapability } from "../../../../contract/mesh/model-capability.ts";

/** What `/api/show` tells of a model's files: it stays the same as long as their digest does. */
export interface ModelDetails {
  /** What it was trained for, in tokens; null when it is not told. */
  readonly trainedTokens: number | null;
  /** What its maker has set for conversations, in tokens; null when nothing is set. */
  readonly presetTokens: number | null;
  /** Null when it is not told, as by older servers. */
  readonly capabilities: readonly ModelCapability[] | null;
}

/** Ollama's names for what a model can do. */
const capabilityNames: Readonly<Record<string, ModelCapability>> = {
  completion: "chat",
  tools: "tools",
  thinking: "reasoning",
  vision: "vision",
  embedding: "embeddings",
  insert: "infill",
};

const tokens = z.number().int().min(1).max(1e9);
const detailsSchema = z.object({
  model_info: z.record(z.string(), z.unknown()).catch({}),
  /** Lines of a name and a value. */
  parameters: z.string().catch(""),
  capabilities: z.array(z.unknown()).max(64).nullable().catch(null),
});

/** Undefined for an answer that is none. */
export function readDetails(value: unknown): ModelDetails | undefined {
  const parsed = detailsSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { model_info: info, parameters, capabilities } = parsed.data;
  const trained = info[`${String(info["general.architecture"])}.context_length`];
  const preset = /^num_ctx\s+"?(\d{1,9})"?\s*$/m.exec(parameters)?.[1];
  return {
    trainedTokens: tokens.safeParse(trained).data ?? null,
    presetTokens: tokens.safeParse(Number(preset)).data ?? null,
    capabilities:
      capabilities?.flatMap((name) =>
        typeof name === "string" && Object.hasOwn(capabilityNames, name) ? (capabilityNames[name] ?? []) : [],
      ) ?? null,
  };
}
