import * as z from "zod";
import { jsonObjectSchema } from "../openai/json-object.ts";
import { messageSchema, textContentSchema } from "./blocks.ts";
import { anthropicToolChoiceSchema, anthropicToolSchema } from "./tools.ts";

/** Whether thoughts are told. Here they are never a summary: they come whole or not at all. */
const displaySchema = z.enum(["summarized", "omitted"], "expected summarized or omitted").nullish();

const thinkingSchema = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("disabled") }),
    z.strictObject({
      type: z.literal("enabled"),
      budget_tokens: z.number().int().min(1),
      display: displaySchema,
    }),
    z.strictObject({ type: z.literal("adaptive"), display: displaySchema }),
  ],
  "expected disabled, enabled or adaptive",
);
export type Thinking = z.infer<typeof thinkingSchema>;

/** What a request to answer and one to count have in common. */
const conversationFields = {
  model: z.string().min(1),
  messages: z.array(messageSchema).min(1).max(4096),
  system: textContentSchema.nullish(),
  tools: z.array(anthropicToolSchema).max(128).nullish(),
  tool_choice: anthropicToolChoiceSchema.nullish(),
  thinking: thinkingSchema.nullish(),
  output_config: z
    .strictObject({
      effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
      format: z.strictObject({ type: z.literal("json_schema"), schema: jsonObjectSchema }).nullish(),
    })
    .nullish(),
  /** The one wish that changes nothing, as agents send it: to keep all thoughts of earlier turns. Nothing is cleared here. */
  context_management: z
    .strictObject({
      edits: z.array(z.strictObject({ type: z.literal("clear_thinking_20251015"), keep: z.literal("all") })).max(1),
    })
    .nullish(),
  /** Changes no answer; see `blocks.ts`. */
  cache_control: z.object({ type: z.literal("ephemeral") }).nullish(),
} as const;

/** `POST /v1/messages`. Strict, as all of this dialect's objects: what is not known is refused by name. */
export const messagesRequestSchema = z.strictObject({
  ...conversationFields,
  max_tokens: z.number().int().min(1),
  stop_sequences: z.array(z.string().min(1)).max(16).nullish(),
  stream: z.boolean().nullish(),
  // Newer models at Anthropic take these no more; the models here do.
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.number().int().min(0).nullish(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).nullish(),
  // There is one tier and one speed here; a wish for another would not be heard.
  service_tier: z.enum(["auto", "standard_only"]).nullish(),
  speed: z.literal("standard").nullish(),
});
export type MessagesRequest = z.infer<typeof messagesRequestSchema>;

/** `POST /v1/messages/count_tokens`. */
export const countTokensRequestSchema = z.strictObject({
  ...conversationFields,
  speed: z.literal("standard").nullish(),
});
export type CountTokensRequest = z.infer<typeof countTokensRequestSchema>;
