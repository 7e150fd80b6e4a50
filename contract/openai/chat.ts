import * as z from "zod";
import { responseFormatSchema } from "./response-format.ts";
import { samplingFields } from "./sampling.ts";
import { toolCallSchema, toolChoiceSchema, toolSchema } from "./tools.ts";

/** The part of OpenAI's chat completions that every backend shares. Source: the OpenAI API reference, 2026. */
const textPartSchema = z.object({ type: z.literal("text"), text: z.string() });

export const chatMessageSchema = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: z.union([z.string(), z.array(textPartSchema)]).nullish(),
  name: z.string().optional(),
  tool_calls: z.array(toolCallSchema).max(128).nullish().describe("of an assistant's message: what it called"),
  tool_call_id: z.string().nullish().describe("of a tool's message: the call that it answers"),
  reasoning_content: z
    .string()
    .nullish()
    .describe("of an assistant's message: what it thought; templates decide whether a model sees it again"),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

export const reasoningEffortSchema = z.enum(["none", "minimal", "low", "medium", "high", "xhigh"]);

/** What a template asks for by name, such as `enable_thinking`. An extension, named as in llama-server. */
export const templateArgumentsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** Unknown fields are kept: backends of the same dialect may know them. */
export const chatRequestSchema = z.looseObject({
  ...samplingFields,
  messages: z.array(chatMessageSchema).min(1).max(4096),
  max_completion_tokens: z.number().int().min(1).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  response_format: responseFormatSchema.nullish(),
  tools: z.array(toolSchema).max(128).nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning_effort: reasoningEffortSchema.nullish(),
  chat_template_kwargs: templateArgumentsSchema.nullish(),
  // Extensions, named as in vLLM.
  continue_final_message: z
    .boolean()
    .nullish()
    .describe("the last message is the model's own, and the answer is what comes next in it"),
  add_generation_prompt: z.boolean().nullish().describe("false with the above, which vLLM asks for"),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

export const finishReasonSchema = z.enum(["stop", "length", "tool_calls", "content_filter"]);
export type FinishReason = z.infer<typeof finishReasonSchema>;

/** Counts in tokens of the model that answered. */
export const usageSchema = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
  prompt_tokens_details: z
    .object({
      cached_tokens: z.number().describe("how much of the prompt was still in memory from an earlier request"),
    })
    .nullish()
    // Some servers have other fields here; that must not cost the event its text.
    .catch(null),
  completion_tokens_details: z
    .object({ reasoning_tokens: z.number().describe("how much of the answer was thought") })
    .nullish()
    .catch(null),
});
export type Usage = z.infer<typeof usageSchema>;
