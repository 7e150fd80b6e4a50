import * as z from "zod";

/**
 * A message as a server of Anthropic's Messages API answers it, whole and as events of a stream: hostile input. Source:
 * Anthropic's API reference and the types of its SDK 1.12, 2026. Unknown fields are dropped; unknown blocks are an error,
 * since leaving them out would falsify the answer.
 */
const count = z.number().int().min(0).max(1e9).nullish().catch(null);

const usageSchema = z.object({
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  output_tokens: count,
  output_tokens_details: z.object({ thinking_tokens: count }).nullish().catch(null),
});
export type AnthropicUsage = z.infer<typeof usageSchema>;

const name = z.string().min(1).max(256);
const blockSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("thinking"), thinking: z.string(), signature: z.string().nullish() }),
  z.object({ type: z.literal("redacted_thinking"), data: z.string() }),
  z.object({ type: z.literal("tool_use"), id: name, name, input: z.record(z.string(), z.unknown()).nullish() }),
]);
export type AnswerBlock = z.infer<typeof blockSchema>;

/** Servers may have reasons of their own. */
const stopReason = z.string().max(256).nullish();
const endFields = { stop_reason: stopReason, stop_sequence: z.string().max(4096).nullish() } as const;

const head = {
  id: z.string().max(256).nullish().catch(null),
  model: z.string().max(512).nullish().catch(null),
} as const;

export const wholeMessageSchema = z.object({
  ...head,
  type: z.literal("message"),
  content: z.array(blockSchema).max(4096),
  ...endFields,
  usage: usageSchema.nullish().catch(null),
});
export type WholeMessage = z.infer<typeof wholeMessageSchema>;

const index = z.number().int().min(0).max(4096);
const deltaSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text_delta"), text: z.string() }),
  z.object({ type: z.literal("thinking_delta"), thinking: z.string() }),
  z.object({ type: z.literal("signature_delta"), signature: z.string() }),
  z.object({ type: z.literal("input_json_delta"), partial_json: z.string() }),
  z.object({ type: z.literal("citations_delta") }),
]);
export type BlockDelta = z.infer<typeof deltaSchema>;

export const messageEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message_start"),
    message: z.object({ ...head, usage: usageSchema.nullish().catch(null) }),
  }),
  z.object({ type: z.literal("content_block_start"), index, content_block: blockSchema }),
  z.object({ type: z.literal("content_block_delta"), index, delta: deltaSchema }),
  z.object({ type: z.literal("content_block_stop"), index }),
  z.object({
    type: z.literal("message_delta"),
    delta: z.object(endFields),
    usage: usageSchema.nullish().catch(null),
  }),
  z.object({ type: z.literal("message_stop") }),
  z.object({
    type: z.literal("error"),
    error: z.object({ type: z.string().max(256).catch("api_error") }).catch({ type: "api_error" }),
  }),
]);
export type MessageEvent = z.infer<typeof messageEventSchema>;

const isSupported = z
  .object({ supported: z.boolean() })
  .transform(({ supported }) => supported)
  .nullish()
  .catch(null);

/** What the list of models says of one. Null for what is not known. */
export const listedModelSchema = z.object({
  id: z.string(),
  max_input_tokens: z.number().int().min(1).max(1e9).nullish().catch(null),
  max_tokens: z.number().int().min(1).max(1e9).nullish().catch(null),
  capabilities: z
    .object({
      image_input: isSupported,
      effort: z.object({ supported: z.boolean(), xhigh: isSupported }).nullish().catch(null),
      thinking: z
        .object({
          supported: z.boolean(),
          types: z.object({ adaptive: isSupported, disabled: isSupported, enabled: isSupported }),
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});
export type ListedAnthropicModel = z.infer<typeof listedModelSchema>;

/** Where the list goes on, where it does. */
export const modelPageSchema = z.object({ has_more: z.literal(true), last_id: z.string().min(1).max(256) });
